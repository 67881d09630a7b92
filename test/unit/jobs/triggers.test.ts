import { describe, expect, it } from 'vitest';
import { nameGithubEvent, readTrigger } from '../../../daemon/jobs/triggers.ts';
import { JOB_TRIGGERS } from '../../../daemon/protocol/jobs.ts';
import { problemOf } from './fixtures.ts';

describe('an event', () => {
  it.each(JOB_TRIGGERS)('%s is its own trigger', (word) => {
    expect(readTrigger(word)).toBe(word);
  });

  it.each([
    ['pull_request_target', 'pull_request', 'pull_request_target'],
    ['workflow_dispatch', 'manual', 'workflow_dispatch'],
    ['release', 'tag', 'release'],
    ['merge_group', 'push', 'merge_group'],
    ['merge_request_event', 'pull_request', 'pull_request'],
    ['web', 'manual', 'workflow_dispatch'],
    ['scheduled_pipeline', 'schedule', 'schedule'],
    ['IndividualCI', 'push', 'push'],
    ['tag', 'tag', 'push'],
    ['fork', 'fork', 'pull_request'],
  ])('%s starts like %s, which GitHub calls %s', (event, trigger, name) => {
    expect(readTrigger(event)).toBe(trigger);
    expect(nameGithubEvent({ event, trigger: readTrigger(event) })).toBe(name);
  });

  it.each(['', 'Push', 'constructor', '__proto__', 'workflow_call'])('%j is none', async (event) => {
    expect(await problemOf(() => readTrigger(event))).toEqual(['invalid_request', expect.stringContaining('event')]);
  });
});
