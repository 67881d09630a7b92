import { expect, test } from 'vitest';
import { createLiveVerification } from '../../../daemon/server/live-verification.ts';
import type { RemoteSource } from '../../../daemon/server/remote-source.ts';
import { createVerification } from '../../../daemon/server/verification.ts';
import { createRemoteIssuers } from '../../../daemon/verify/remote-issuer.ts';
import { forgeToken, makeKey } from '../../support/forge.ts';
import { openFixture } from '../issuer/setup.ts';

const ELSEWHERE = 'https://issuer.example';

/** Watches on real issuers and on one elsewhere that never answers; tells who is polled and how many tokens were read. */
async function openWatching() {
  const { context, mint } = await openFixture();
  const polled: string[] = [];
  const remote: RemoteSource = {
    load: async () =>
      createRemoteIssuers({ fetchDocument: () => Promise.reject(new Error('no answer')), now: context.clock.now }),
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
  return { watching, mint, polled, prepared: () => prepared };
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
