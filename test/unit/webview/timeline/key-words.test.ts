import { expect, it } from 'vitest';
import type { TimelineKey } from '../../../../webview/protocol.ts';
import { describeSigningStart, describeState } from '../../../../webview/timeline/key-words.ts';

const NOW = 1_800_000_000_000;
const key = (change: Partial<TimelineKey>): TimelineKey => ({
  kid: 'k',
  alg: 'RS256',
  state: 'next',
  canSign: true,
  createdAt: NOW - 60_000,
  activatedAt: null,
  signsFrom: null,
  retiringAt: null,
  verifiesUntil: null,
  retiredAt: null,
  revokedAt: null,
  ...change,
});

it.each([
  ['waits', {}, 'published, does not sign yet', '–'],
  ['is planned', { signsFrom: NOW + 120_000 }, 'published, signs in 2 min', 'in 2 min'],
  ['is due', { signsFrom: NOW - 120_000 }, 'published, due to sign', 'due'],
  ['is advertised', { canSign: false }, 'published, to verify only', '–'],
  ['was planned and is damaged', { canSign: false, signsFrom: NOW + 1_000 }, 'published, to verify only', '–'],
  ['signs', { state: 'active', activatedAt: NOW - 120_000 }, 'signs', '2 min ago'],
  ['signs and is damaged', { state: 'active', canSign: false, activatedAt: NOW - 120_000 }, 'cannot sign', '2 min ago'],
] as const)('a key that %s is said to do what it does, and to sign from when it does', (_, change, state, start) => {
  expect([describeState(key(change), NOW), describeSigningStart(key(change), NOW).words]).toEqual([state, start]);
});
