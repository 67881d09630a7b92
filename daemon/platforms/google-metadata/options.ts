import type { PlatformOption } from '../platform.ts';

/** What only Google knows of the instance. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  product: {
    meaning: 'compute-engine, cloud-build or cloud-run: only the first tells of an instance',
    default: 'compute-engine',
    pattern: /^(?:compute-engine|cloud-build|cloud-run)$/,
  },
  project: {
    meaning: 'Id of the project; made of owner and repository without it',
    default: '',
    pattern: /^(?:[a-z][a-z0-9-]{4,28}[a-z0-9])?$/,
  },
  'project-number': { meaning: 'Number of the project', default: '', pattern: /^(?:[1-9]\d{0,14})?$/ },
  'service-account': {
    meaning: 'Address of the service account; builder of the project without it',
    default: '',
    pattern: /^(?:[\w.-]+@[\w.-]+)?$/,
  },
  'service-account-id': { meaning: 'Number of the service account', default: '', pattern: /^\d{0,21}$/ },
  instance: { meaning: 'Name of the instance', default: 'build-1', pattern: /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/ },
  zone: { meaning: 'Zone of the instance', default: 'us-central1-a', pattern: /^[a-z]+-[a-z]+\d+-[a-z]$/ },
  licenses: {
    meaning: 'Numbers of the licenses of its image, separated by commas: for who asks for licenses=TRUE',
    default: '',
    pattern: /^(?:\d+(?:,\d+)*)?$/,
  },
};
