import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { describePipeline, PIPELINE_SOURCES } from './pipeline.ts';
import { gitlabProfile } from './profile.ts';

/** GitLab CI/CD (docs.gitlab.com/ci/secrets/id_token_authentication). */
export const gitlab: Platform = {
  label: 'GitLab CI/CD',
  profile: gitlabProfile,
  delivery: 'The job finds a token in every variable that it declares under id_tokens.',
  events: PIPELINE_SOURCES,
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  // GitLab 17 took CI_JOB_JWT* away: a job must not find one, not even of the shell that it was started from.
  markers: ['GITLAB_CI', 'CI_JOB_JWT', 'CI_JOB_JWT_V1', 'CI_JOB_JWT_V2'],
  routes: [],
  // What a project has when neither it nor the job says anything (docs: Set a limit for how long jobs can run).
  runSeconds: 3_600,
  realIssuer: (job) => `https://${describePipeline(job).host}`,
};
