import type { PlatformOption } from '../platform.ts';

const HOST = '[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?';

/** What only the cluster knows. An issuer that is created with the first four is that cluster. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'dns-name': {
    meaning: 'Name that the cluster is registered under, such as cluster-abc.miren.systems',
    default: '',
    pattern: new RegExp(`^(?:${HOST})?$`),
  },
  names: {
    meaning:
      'Names that are configured for the cluster, separated by commas: the first is its issuer when it is not registered',
    default: 'cluster.local',
    pattern: new RegExp(`^(?:${HOST}(?:,${HOST})*)?$`),
  },
  'organization-id': { meaning: 'Organization that the cluster is registered for', default: '' },
  'cluster-id': { meaning: 'Id that the cluster got when it was registered', default: '' },
  app: { meaning: 'App of the sandbox; {repository} stands for that name; empty: none', default: '{repository}' },
  sandbox: {
    meaning: 'Id of the sandbox; {app} and {run} stand for names of these',
    default: 'sandbox/{app}-web-{run}',
  },
  'system-workload': {
    meaning: 'Part of Miren itself instead of a sandbox: sandboxcontroller or telemetrywriter',
    default: '',
    pattern: /^(?:sandboxcontroller|telemetrywriter)?$/,
  },
  address: {
    meaning: 'Address of this machine that the sandbox asks from, such as 127.0.0.5; 127.0.0.1 or ::1 without it',
    default: '',
    pattern: /^(?:127(?:\.\d{1,3}){3}|::1)?$/,
  },
};
