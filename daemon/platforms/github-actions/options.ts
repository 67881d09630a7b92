import { YES_OR_NO } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only GitHub, or whoever set the repository up, knows. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'repository-id': {
    meaning: 'Number of the repository; made of its name without it',
    default: '',
    pattern: /^\d{0,20}$/,
  },
  'owner-id': { meaning: 'Number of its owner; made of the name without it', default: '', pattern: /^\d{0,20}$/ },
  'runner-environment': {
    meaning: 'github-hosted or self-hosted',
    default: 'github-hosted',
    pattern: /^(?:github|self)-hosted$/,
  },
  'subject-claims': {
    meaning: 'Keys of the customization template of sub (include_claim_keys), such as repo,context,job_workflow_ref',
    default: '',
    pattern: /^(?=.{0,512}$)(?:[A-Za-z0-9_]+(?:,[A-Za-z0-9_]+)*)?$/,
  },
  immutable: {
    meaning:
      'Whether sub says the ids of owner and repository: true, false, or the day (2026-08-01) on which the repository was created, renamed or transferred',
    default: 'false',
    pattern: /^(?:true|false|\d{4}-\d{2}-\d{2})$/,
  },
  'repository-properties': {
    meaning: 'Custom properties that the organization includes, as a JSON object: texts, booleans, lists of texts',
    default: '',
  },
  enterprise: { meaning: 'Slug of the enterprise that the owner belongs to', default: '', pattern: /^[A-Za-z0-9-]*$/ },
  'enterprise-issuer': {
    meaning: 'true when the enterprise has its tokens issued at a URL of its own (include_enterprise_slug)',
    default: 'false',
    pattern: YES_OR_NO,
  },
  host: {
    meaning: 'Host of a GitHub Enterprise Server, such as github.acme.example',
    default: '',
    pattern: /^(?:[A-Za-z0-9.-]+(?::\d{1,5})?)?$/,
  },
  tenant: { meaning: 'Subdomain of GHE.com, such as octocorp', default: '', pattern: /^[A-Za-z0-9-]*$/ },
};

/** GitHub's events that jobs with tokens run on; any other of its events is taken too. */
export const EVENTS: readonly string[] = [
  'push',
  'pull_request',
  'workflow_dispatch',
  'schedule',
  'release',
  'pull_request_target',
  'merge_group',
  'workflow_run',
  'deployment',
];
