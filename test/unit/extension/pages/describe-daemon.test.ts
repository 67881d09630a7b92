import { expect, test } from 'vitest';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import { describeDaemon } from '../../../../extension/pages/describe-daemon.ts';

test.each<[DaemonState, string]>([
  [{ kind: 'running', baseUrl: 'http://localhost:1', version: '1', degraded: null }, 'running'],
  [{ kind: 'starting' }, 'starting'],
  [{ kind: 'reconnecting', attempt: 3 }, 'starting'],
  [{ kind: 'stopped' }, 'startable'],
  [{ kind: 'failed', code: 'port_busy', message: '' }, 'startable'],
  [{ kind: 'unavailable', why: 'untrusted' }, 'untrusted'],
  [{ kind: 'unavailable', why: 'web' }, 'web'],
])('%j lets a page offer: %s', (state, choice) => {
  expect(describeDaemon(state)).toBe(choice);
});
