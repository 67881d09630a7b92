import { UUID, YES_OR_NO } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only CircleCI knows of a job. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'org-id': { meaning: 'Id of the organization', default: '', pattern: UUID },
  'project-id': { meaning: 'Id of the project', default: '', pattern: UUID },
  'user-id': { meaning: 'Id of who started the job', default: '', pattern: UUID },
  'pipeline-definition-id': { meaning: 'Id of the pipeline definition', default: '', pattern: UUID },
  contexts: { meaning: 'Names of the contexts that the job uses, separated by commas', default: '' },
  'context-ids': {
    meaning: 'Ids of these contexts, separated by commas; made of their names without it',
    default: '',
    pattern: /^(?:[0-9a-f-]{36}(?:,[0-9a-f-]{36})*)?$/,
  },
  'ssh-rerun': { meaning: 'Whether the job was started again with SSH', default: 'false', pattern: YES_OR_NO },
  'root-issuer': {
    meaning: 'Whether the real issuer is that of all organizations, which `circleci run oidc get --root-issuer` asks',
    default: 'false',
    pattern: YES_OR_NO,
  },
  'pass-secrets-to-forks': {
    meaning: 'Whether the project passes secrets to builds from forked pull requests: without it, these get no token',
    default: 'false',
    pattern: YES_OR_NO,
  },
  'custom-webhook': {
    meaning: 'Whether a custom webhook started the pipeline: its token names no repository',
    default: 'false',
    pattern: YES_OR_NO,
  },
};
