import { expect, test } from 'vitest';
import { watchCoordinator } from '../../../../daemon/cli/jobs/watch-coordinator.ts';
import { MintmarkError } from '../../../../daemon/problem.ts';

test('that a coordinator has gone, and that it is back, is said once each', () => {
  const told: string[] = [];
  const { onContact, isAway } = watchCoordinator(new URL('http://localhost:6468'), (line) => told.push(line));
  onContact(null);
  expect([isAway(), told]).toEqual([false, []]);
  onContact(new MintmarkError('daemon_unreachable'));
  onContact(new MintmarkError('coordinator_unproven'));
  expect([isAway(), told.length]).toEqual([true, 1]);
  expect(told[0]).toContain('the coordinator at http://localhost:6468 does not answer');
  onContact(null);
  onContact(null);
  expect([isAway(), told.slice(1)]).toEqual([false, ['mintmark: the coordinator at http://localhost:6468 is back']]);
});
