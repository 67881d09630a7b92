import { expect, test } from 'vitest';
import { findShown, toTimelineKey, toTimelineToken } from '../../../../extension/features/timeline/timeline-data.ts';
import { isTimelineSnapshot } from '../../../../webview/protocol.ts';
import { at, makeIssuer, makeKey, makeRecord, NOW } from '../wire-values.ts';

test('keys and tokens go to the page as instants, in the shape that it knows', () => {
  const key = toTimelineKey(makeKey({ state: 'retiring', retiringAt: at(-10), verifiesUntil: at(600) }));
  const token = toTimelineToken(makeRecord({ revokedAt: at(-5) }));
  expect(key).toMatchObject({ retiringAt: NOW - 10_000, verifiesUntil: NOW + 600_000, revokedAt: null });
  expect(token).toMatchObject({ expiresAt: NOW + 240_000, revoked: true });
  const snapshot = {
    ...{
      type: 'snapshot',
      nowMs: NOW,
      translation: [],
      daemon: 'running',
      slugs: ['default'],
      slug: 'default',
      url: '',
    },
    ...{ keys: [key], tokens: [token], more: false, problem: null },
  };
  expect(isTimelineSnapshot(snapshot)).toBe(true);
});

test('the chosen issuer is shown while it exists, then the one that always does', () => {
  const issuers = ['other', 'default', 'third'].map((slug) => makeIssuer({ slug }));
  expect(findShown(issuers, 'third')?.slug).toBe('third');
  expect(findShown(issuers, 'gone')?.slug).toBe('default');
  expect(findShown([], 'gone')).toBeUndefined();
});
