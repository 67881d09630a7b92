import type { PlatformOption } from '../platform.ts';

const SLUG = /^[A-Za-z0-9_-]{0,128}$/;

/** What only Spacelift knows of a run. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  account: {
    meaning: 'Name of the account; the owner of the repository without it',
    default: '',
    pattern: /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)?$/,
  },
  'space-id': { meaning: 'Id of the space', default: 'root', pattern: /^[A-Za-z0-9_-]{1,128}$/ },
  'space-path': {
    meaning: 'Spaces from the root down, such as /root/production; made of the id of the space without it',
    default: '',
    pattern: /^(?:(?:\/[A-Za-z0-9_-]+)+)?$/,
  },
  'caller-type': { meaning: 'Who owns the run: stack or module', default: 'stack', pattern: /^(?:stack|module)$/ },
  'caller-id': { meaning: 'Id of that stack or module; the repository without it', default: '', pattern: SLUG },
  'tracked-branch': { meaning: 'Branch that the stack tracks; main or master without it', default: '' },
  'run-type': {
    meaning: 'PROPOSED, TRACKED, TASK, TESTING or DESTROY; follows from the event without it',
    default: '',
    pattern: /^(?:PROPOSED|TRACKED|TASK|TESTING|DESTROY)?$/,
  },
  phase: {
    meaning: 'Phase of a tracked run that somebody confirms: planning may only read, applying may write',
    default: 'applying',
    pattern: /^(?:planning|applying)$/,
  },
  'subject-template': {
    meaning: 'Template of sub with {spaceId} {spacePath} {callerType} {callerId} {runId} {runType} {scope}',
    default: '',
    pattern: /^[A-Za-z0-9:/|{}_-]{0,1000}$/,
  },
};
