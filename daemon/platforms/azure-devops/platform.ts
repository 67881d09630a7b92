import { AZURE_REASONS } from '../../jobs/azure-reason.ts';
import type { Platform } from '../platform.ts';
import { describeBuild } from './build.ts';
import { CLAIMS } from './claims.ts';
import { refuse } from './failure.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { azureDevopsProfile } from './profile.ts';
import { routes } from './routes.ts';

/** Azure Pipelines (learn.microsoft.com/azure/devops/pipelines). */
export const azureDevops: Platform = {
  label: 'Azure DevOps',
  profile: azureDevopsProfile,
  delivery:
    'The job asks SYSTEM_OIDCREQUESTURI by POST with SYSTEM_ACCESSTOKEN, for its pipeline or a service connection.',
  events: AZURE_REASONS,
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: [
    'TF_BUILD',
    'SYSTEM_OIDCREQUESTURI',
    'SYSTEM_ACCESSTOKEN',
    'SYSTEM_TEAMFOUNDATIONCOLLECTIONURI',
    'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID',
  ],
  routes,
  // `timeoutInMinutes` without a value (docs: YAML schema reference, jobs.job).
  runSeconds: 3_600,
  describeFailure: (status, text) => refuse(status, 'VssServiceException', text),
  realIssuer: (job) => `https://vstoken.dev.azure.com/${describeBuild(job).organizationId}`,
};
