import { DIGITS, YES_OR_NO } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only GitLab knows of a job. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'id-token': {
    meaning: 'NAME=audience of each variable with a token, separated by commas; NAME again for a further audience',
    default: '',
    pattern: /^(?:[A-Za-z_]\w*=[^,\s]+(?:,[A-Za-z_]\w*=[^,\s]+)*)?$/,
  },
  'sub-claim-components': {
    meaning: 'Claims that sub consists of, project_path first',
    default: 'project_path,ref_type,ref',
    // GitLab 18.7 added the last three; which of them a version takes is not documented in one place.
    pattern: /^project_path(?:,(?:ref_type|ref|ref_protected|environment_protected|deployment_tier))*$/,
  },
  'project-id': { meaning: 'Number of the project', default: '', pattern: DIGITS },
  'namespace-id': { meaning: 'Number of its group or user', default: '', pattern: DIGITS },
  'user-id': { meaning: 'Number of the user', default: '', pattern: DIGITS },
  'user-access-level': {
    meaning: 'Role of the user: guest, planner, reporter, developer, maintainer or owner',
    default: 'developer',
    pattern: /^(?:guest|planner|reporter|developer|maintainer|owner)$/,
  },
  'user-identities': {
    meaning: 'provider:uid of each external identity that the user shares, separated by commas',
    default: '',
    pattern: /^(?:[^,:]+:[^,]+(?:,[^,:]+:[^,]+)*)?$/,
  },
  'groups-direct': {
    meaning: 'Paths of the groups that the user is a direct member of, separated by commas; absent without it',
    default: '',
    pattern: /^(?:[^,\s]+(?:,[^,\s]+)*)?$/,
  },
  'environment-protected': { meaning: 'true or false', default: 'false', pattern: YES_OR_NO },
  'environment-action': {
    meaning: 'start, prepare, stop, verify or access',
    default: 'start',
    pattern: /^(?:start|prepare|stop|verify|access)$/,
  },
  'deployment-tier': {
    meaning: 'Tier of the environment; guessed from its name without it, as GitLab does',
    default: '',
    pattern: /^(?:production|staging|testing|development|other)?$/,
  },
  'runner-id': { meaning: 'Number of the runner', default: '', pattern: DIGITS },
  'runner-environment': {
    meaning: 'gitlab-hosted or self-hosted',
    default: 'gitlab-hosted',
    pattern: /^(?:gitlab|self)-hosted$/,
  },
};
