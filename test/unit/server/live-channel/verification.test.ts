import { expect, test } from 'vitest';
import { retireKey, revokeKey, rotateKey } from '../../../../daemon/issuer/keys.ts';
import { revokeToken } from '../../../../daemon/issuer/tokens.ts';
import type { RemoteSource } from '../../../../daemon/server/judging/remote-source.ts';
import { createVerification } from '../../../../daemon/server/judging/verification.ts';
import { createLiveVerification } from '../../../../daemon/server/live-channel/verification.ts';
import { createRemoteIssuers } from '../../../../daemon/verify/remote-issuer.ts';
import type { Verdict } from '../../../../daemon/verify/verdict.ts';
import { forgeToken, makeKey } from '../../../support/forge.ts';
import { waitUntilHolds } from '../../../support/wait.ts';
import { openFixture } from '../../issuer/setup.ts';

const ELSEWHERE = 'https://issuer.example';

/**
 * Watches on real issuers and on one elsewhere that never answers; tells who is polled and how many tokens were read.
 */
async function openWatching() {
  const { context, mint } = await openFixture();
  const polled: string[] = [];
  let fault: Error | null = null;
  const remote: RemoteSource = {
    load: async () => {
      if (fault !== null) throw fault;
      return createRemoteIssuers({
        fetchDocument: () => Promise.reject(new Error('no answer')),
        now: context.clock.now,
      });
    },
    follow: (issuer) => polled.push(issuer),
    leave: (issuer) => polled.splice(polled.indexOf(issuer), 1),
    onChange: () => {},
    close: () => {},
  };
  const verification = createVerification({ issuers: context, trustedIssuers: new Set(), remote });
  let prepared = 0;
  const counted: typeof verification = {
    ...verification,
    prepare: (request) => {
      prepared += 1;
      return verification.prepare(request);
    },
  };
  const watching = createLiveVerification({ issuers: context, remote, verification: counted });
  const fail = (error: Error | null) => {
    fault = error;
  };
  return { context, watching, mint, polled, prepared: () => prepared, fail };
}

test('an issuer elsewhere is polled for as long as one of its tokens is watched', async () => {
  const { watching, polled } = await openWatching();
  const request = { token: forgeToken(makeKey(), { iss: ELSEWHERE }), expect: { issuer: ELSEWHERE } };
  const [first, second] = [await watching.watch(request, () => {}), await watching.watch(request, () => {})];
  expect(polled).toEqual([ELSEWHERE, ELSEWHERE]);
  watching.unwatch(first.watchId);
  watching.unwatch(first.watchId);
  expect(polled).toEqual([ELSEWHERE]);
  watching.unwatch(second.watchId);
  expect(polled).toEqual([]);
  expect(watching.size()).toBe(0);
});

test('a token is read once for all who watch it, and anew when nobody does any more', async () => {
  const { watching, mint, polled, prepared } = await openWatching();
  const request = { token: (await mint()).token, expect: {} };
  const watches = [await watching.watch(request, () => {}), await watching.watch(request, () => {})];
  expect(prepared()).toBe(1);
  for (const { watchId } of watches) watching.unwatch(watchId);
  await watching.watch(request, () => {});
  expect(prepared()).toBe(2);
  expect(polled).toEqual([]);
});

test('a token of a platform that writes no jti is heard of when it is revoked', async () => {
  const { context, watching, mint } = await openWatching();
  const { token, jti, claims } = await mint({ slug: 'superplane' });
  expect(claims).not.toHaveProperty('jti');
  const told: (string | null)[] = [];
  await watching.watch({ token, expect: {} }, (_, { reason }) => told.push(reason));
  revokeToken(context, { jti });
  await waitUntilHolds(() => expect(told).toEqual(['token_revoked']));
});

test('a watch that cannot be opened leaves nothing behind', async () => {
  const { watching, prepared, fail, polled } = await openWatching();
  const request = { token: forgeToken(makeKey(), { iss: ELSEWHERE }), expect: { issuer: ELSEWHERE } };
  fail(new Error('no memory'));
  await expect(watching.watch(request, () => {})).rejects.toThrow('no memory');
  expect([watching.size(), polled]).toEqual([0, []]);
  fail(null);
  await watching.watch(request, () => {});
  expect(prepared()).toBe(2);
});

test('a verdict differs when one check fails for another reason, though the first failure is the same', async () => {
  const { context, watching, mint } = await openWatching();
  const { token, kid, jti } = await mint();
  const slug = 'default';
  // Revoked itself, so that the revoked key changes no other check's outcome.
  revokeToken(context, { jti });
  await rotateKey(context, { slug, prepublish: false });
  await retireKey(context, { slug, kid });
  const told: Verdict[] = [];
  const request = { token, expect: { algorithms: ['ES256' as const] } };
  const { verdict } = await watching.watch(request, (_, later) => told.push(later));
  const summarize = ({ status, reason, provenance, checks }: Verdict) => ({
    ...{ status, reason, provenance, outcomes: checks.map(({ outcome }) => outcome) },
    key: checks.find(({ name }) => name === 'key')?.code,
  });
  const before = summarize(verdict);
  expect(before).toMatchObject({ reason: 'alg_not_allowed', key: 'key_retired' });
  await revokeKey(context, { slug, kid });
  await waitUntilHolds(() => expect(told.map(summarize)).toEqual([{ ...before, key: 'key_revoked' }]));
});
