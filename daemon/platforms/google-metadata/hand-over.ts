import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeInstance } from './instance.ts';

/**
 * A door to the metadata server, where Google's libraries look for it: Go, Java and Node by GCE_METADATA_HOST, Python
 * by GCE_METADATA_IP when it looks whether there is one. Node takes the detection for granted.
 */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => ({ GOOGLE_CLOUD_PROJECT: describeInstance(job).project }),
    relays: [
      {
        kind: 'tcp',
        path: null,
        target: grant.issuerUrl,
        headers: { authorization: `Bearer ${grant.secret}` },
        variables: {
          GCE_METADATA_HOST: '{address}',
          GCE_METADATA_IP: '{address}',
          METADATA_SERVER_DETECTION: 'assume-present',
        },
      },
    ],
  };
}
