import { expect, onTestFinished, test } from 'vitest';
import { createEventHub } from '../../../../daemon/live/event-hub.ts';
import type { Handlers } from '../../../../daemon/server/control-api/handler-map.ts';
import type { RemoteSource } from '../../../../daemon/server/judging/remote-source.ts';
import { createVerification } from '../../../../daemon/server/judging/verification.ts';
import { openLiveSession } from '../../../../daemon/server/live-channel/session.ts';
import { createLiveVerification } from '../../../../daemon/server/live-channel/verification.ts';
import { createRemoteIssuers } from '../../../../daemon/verify/remote-issuer.ts';
import { forgeToken, makeKey } from '../../../support/forge.ts';
import { openFixture } from '../../issuer/setup.ts';
import { codeOf } from '../../store/fixtures.ts';

const ELSEWHERE = 'https://issuer.example';
const REQUEST = { token: forgeToken(makeKey(), { iss: ELSEWHERE }), expect: { issuer: ELSEWHERE } };

/** A client's session in which the first verdicts wait until `release` for an issuer elsewhere, which then is away. */
async function openSession() {
  const { context, store } = await openFixture();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const fetchDocument = async (): Promise<never> => {
    await held;
    throw new Error('no answer');
  };
  const issuersElsewhere = createRemoteIssuers({ fetchDocument, now: context.clock.now });
  const none = () => {};
  const remote: RemoteSource = {
    load: async () => issuersElsewhere,
    ...{ follow: none, leave: none, onChange: none, close: none },
  };
  const verification = createVerification({ issuers: context, trustedIssuers: new Set(), remote });
  const watching = createLiveVerification({ issuers: context, remote, verification });
  const events = createEventHub(store.events);
  onTestFinished(() => {
    watching.close();
    events.close();
  });
  const session = openLiveSession(
    {
      // No operation is called here.
      handlers: {} as Handlers,
      verification: watching,
      events,
      describeEvent: () => {
        throw new Error('nobody follows');
      },
      lastSeq: store.events.lastSeq,
    },
    { send: none, congestion: () => undefined, close: none },
  );
  return { session, watching, release };
}

test('a client may watch a thousand tokens, counted before their first verdicts are there', async () => {
  const { session, watching, release } = await openSession();
  const opening = Array.from({ length: 1_000 }, () => session.handle('verify.watch', REQUEST));
  expect(await codeOf(() => session.handle('verify.watch', REQUEST))).toBe('too_many_watches');
  release();
  expect(await Promise.all(opening)).toHaveLength(1_000);
  expect(await codeOf(() => session.handle('verify.watch', REQUEST))).toBe('too_many_watches');
  session.end();
  expect(watching.size()).toBe(0);
});

test('a watch whose client leaves before its first verdict is there ends with it', async () => {
  const { session, watching, release } = await openSession();
  const opening = session.handle('verify.watch', REQUEST);
  session.end();
  expect(watching.size()).toBe(1);
  release();
  await opening;
  expect(watching.size()).toBe(0);
});
