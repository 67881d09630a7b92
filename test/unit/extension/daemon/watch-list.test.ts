import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createWatchList } from '../../../../extension/daemon/create-watch-list.ts';
import type { WatchedToken, WatchList } from '../../../../extension/daemon/watch-list.ts';
import { encodePart } from '../../../support/forge.ts';
import { waitFor, waitUntilHolds } from '../../../support/wait.ts';
import { refuse } from '../../client/live-end.ts';
import { startTestDaemon, type TestDaemon } from '../../server/setup.ts';
import { type OpenedSession, openSession } from './open-session.ts';
import { openScriptedDaemon } from './scripted-daemon.ts';

let daemon: TestDaemon;
let opened: OpenedSession;
let watches: WatchList;
let refused: WatchedToken[];

beforeEach(async () => {
  daemon = await startTestDaemon();
  opened = openSession(daemon.home);
  watches = createWatchList(opened.session, (error) => opened.errors.push(error));
  refused = [];
  watches.onDidRefuse((token) => refused.push(token));
  await opened.session.joinIfRunning();
});
afterEach(async () => {
  watches.dispose();
  opened.session.dispose();
  await daemon.stop();
});

const countWatches = async () => (await daemon.control('GET', '/status')).json<{ watches: number }>().watches;
const revokeKey = (kid: string) => daemon.control('POST', `/issuers/default/keys/${kid}/revoke`, {});

describe('a pinned token', () => {
  it('has its verdict when the promise resolves, and its label holds no token text', async () => {
    const { token, jti } = await daemon.mint({ subject: 'repo:acme/shop' });
    const pinned = await watches.pin(token, {});
    expect(pinned).toMatchObject({ pinned: true, label: `repo:acme/shop …${jti.slice(-6)}` });
    expect(pinned.verdict).toMatchObject({ status: 'accepted', provenance: 'local-issuer' });
    expect(watches.pinned).toEqual([pinned]);
    expect(watches.verdictOf(token)).toEqual(pinned.verdict);
  });

  it('that turns from accepted to refused is told, once, with the reason', async () => {
    const { token, kid } = await daemon.mint();
    await watches.pin(token, {});
    await revokeKey(kid);
    await waitFor('the refusal', () => refused.length > 0);
    expect(refused).toMatchObject([{ verdict: { status: 'refused', reason: 'key_revoked' } }]);
    expect(watches.verdictOf(token)).toMatchObject({ status: 'refused' });
  });

  it('that was refused from the beginning is not told', async () => {
    const { token, kid } = await daemon.mint();
    await revokeKey(kid);
    await watches.pin(token, {});
    expect(watches.pinned).toMatchObject([{ verdict: { status: 'refused' } }]);
    expect(refused).toEqual([]);
  });

  it('is the same one when it is pinned again with the same expectation', async () => {
    const { token } = await daemon.mint();
    const [first, second, other] = await Promise.all([
      watches.pin(token, {}),
      watches.pin(token, {}),
      watches.pin(token, { audience: 'x' }),
    ]);
    expect(first.id).toBe(second.id);
    expect(other.id).not.toBe(first.id);
    expect(await countWatches()).toBe(2);
  });

  it('is forgotten here and at the daemon when it is unpinned', async () => {
    const { token } = await daemon.mint();
    watches.unpin((await watches.pin(token, {})).id);
    expect(watches.pinned).toEqual([]);
    await waitFor('the daemon to forget it', async () => (await countWatches()) === 0);
  });

  it('that changed while the daemon was away is told when it is back, and shows no verdict until then', async () => {
    const { token, jti } = await daemon.mint({ ttlSeconds: 3_600 });
    await watches.pin(token, {});
    const seen: string[] = [];
    opened.session.onDidChangeState(({ kind }) => seen.push(`${kind} ${watches.verdictOf(token)?.status ?? null}`));
    await daemon.control('POST', `/tokens/${jti}/revoke`, {});
    await waitFor('the refusal', () => refused.length === 1);
    await daemon.running.stop();
    await opened.waitFor('stopped');
    expect(seen[0]).toBe('reconnecting null');
    expect(watches.pinned).toMatchObject([{ verdict: null }]);
  });
});

describe('a watch that the daemon does not take again after a loss', () => {
  it('loses its verdict, is reported, and is asked for again with the next occasion; the others go on', async () => {
    const scripted = await openScriptedDaemon();
    onTestFinished(() => scripted.close());
    const { session, waitFor: wait } = openSession(scripted.home);
    const errors: unknown[] = [];
    const list = createWatchList(session, (error) => errors.push(error));
    onTestFinished(() => {
      list.dispose();
      session.dispose();
    });
    await session.joinIfRunning();
    const [kept, lost] = ['a.b.c', 'a.b.d'];
    await list.pin(kept, {});
    await list.pin(lost, {});
    scripted.answer = (call, socket) => {
      if (call.params.token === lost) refuse(socket, call.id, 'too_many_watches');
      else scripted.answerUsual(call, socket);
    };
    scripted.cut();
    await wait('reconnecting');
    await wait('running');
    // The session runs before the daemon has answered for the second time.
    await waitUntilHolds(() => expect(errors).toContainEqual(expect.objectContaining({ code: 'too_many_watches' })));
    expect(list.pinned.map(({ token, verdict }) => [token, verdict?.status])).toEqual([
      [kept, 'accepted'],
      [lost, undefined],
    ]);
    scripted.answer = scripted.answerUsual;
    scripted.status = { health: 'degraded' };
    session.refresh();
    await waitFor('its verdict', () => list.verdictOf(lost)?.status === 'accepted');
  });
});

describe('an observed token', () => {
  it('of the daemon is asked about once for all who show it', async () => {
    const { token } = await daemon.mint();
    const [first, second] = [watches.observe(token), watches.observe(token)];
    await waitFor('the verdict', () => watches.verdictOf(token) !== null);
    expect(await countWatches()).toBe(1);
    first.dispose();
    first.dispose();
    expect(watches.verdictOf(token)).toMatchObject({ status: 'accepted' });
    second.dispose();
    expect(watches.verdictOf(token)).toBeNull();
    await waitFor('the daemon to forget it', async () => (await countWatches()) === 0);
  });

  it.each([
    ['of another issuer', () => ({ iss: 'https://issuer.example.test' })],
    ['of an issuer whose URL only begins like ours', (url: string) => ({ iss: `${url}0/issuers/default` })],
    ['without an issuer', () => ({})],
  ])('%s is never sent to the daemon', async (_name, claim) => {
    watches.observe(`${encodePart({ alg: 'RS256' })}.${encodePart(claim(daemon.running.baseUrl))}.c2ln`);
    await opened.session.call('status', {});
    expect(await countWatches()).toBe(0);
  });

  it('is not in the list of pinned ones and is never notified', async () => {
    const { token, kid } = await daemon.mint();
    watches.observe(token);
    await waitFor('the verdict', () => watches.verdictOf(token) !== null);
    await revokeKey(kid);
    await waitFor('the change', () => watches.verdictOf(token)?.status === 'refused');
    expect([watches.pinned, refused]).toEqual([[], []]);
  });

  it('that was observed before the daemon was there is asked about once it is', async () => {
    const late = openSession(daemon.home);
    const list = createWatchList(late.session, () => {});
    const { token } = await daemon.mint();
    list.observe(token);
    expect(list.verdictOf(token)).toBeNull();
    await late.session.joinIfRunning();
    await waitFor('the verdict', () => list.verdictOf(token) !== null);
    list.dispose();
    late.session.dispose();
  });
});
