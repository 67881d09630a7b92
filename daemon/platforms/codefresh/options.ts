import { YES_OR_NO } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

const ID = /^(?:[0-9a-f]{24})?$/;

/** What only Codefresh knows of a build. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  account: { meaning: 'Name of the account; the owner of the repository without it', default: '' },
  'account-id': { meaning: 'Id of the account, 24 hex digits', default: '', pattern: ID },
  pipeline: {
    meaning: 'Name of the pipeline with its project, such as widgets/deploy; made of repository and job without it',
    default: '',
  },
  'pipeline-id': { meaning: 'Id of the pipeline, 24 hex digits', default: '', pattern: ID },
  'git-trigger': {
    meaning: 'Whether a build that is started by hand takes a Git trigger: without one its token names no repository',
    default: 'true',
    pattern: YES_OR_NO,
  },
  'platform-url': {
    meaning: 'URL of the Codefresh that it runs on, which is the default audience',
    default: 'https://g.codefresh.io',
    pattern: /^https?:\/\/[^\s?#]*[^\s?#/]$/,
  },
};
