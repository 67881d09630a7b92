import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeToken } from '../../../../extension/features/inspector/judge-token.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';

async function follow() {
  const joined = await joinDaemon();
  const { session } = joined;
  const minted = await session.call('tokens.mint', { slug: 'default', audience: 'api' });
  const judge = judgeToken(joined, minted.token);
  onTestFinished(() => judge.dispose());
  const waitForStatus = (status: string) =>
    waitFor(`the status ${status}`, () => judge.judge().verdict?.status === status);
  return { ...joined, minted, judge, waitForStatus };
}

describe('the verdict of a token that the inspector shows', () => {
  it('comes without a question for a token of a local issuer, and names no expectation', async () => {
    const { judge, waitForStatus } = await follow();
    await waitForStatus('accepted');
    expect(judge.judge()).toMatchObject({ expect: null, live: true, watched: null, verifying: false });
  });

  it('is what the person asked for, once asked', async () => {
    const { judge } = await follow();
    await judge.verify({ audience: 'somebody else' });
    expect(judge.judge()).toMatchObject({
      verdict: { status: 'refused', reason: 'aud_mismatch' },
      expect: { audience: 'somebody else' },
    });
    judge.forget();
    expect(judge.judge().expect).toBeNull();
  });

  it.each([
    ['the token is revoked', 'token_revoked', 'tokens.revoke'],
    ['its key is revoked', 'key_revoked', 'keys.revoke'],
  ] as const)('follows by itself when %s, also against what was asked', async (_, reason, operation) => {
    const { session, judge, minted, waitForStatus } = await follow();
    await judge.verify({ audience: 'api' });
    expect(judge.judge().verdict?.status).toBe('accepted');
    if (operation === 'tokens.revoke') await session.call(operation, { jti: minted.jti });
    else await session.call(operation, { slug: 'default', kid: minted.kid });
    await waitForStatus('refused');
    expect(judge.judge().verdict?.reason).toBe(reason);
  });

  it('is that of the watch while the token is watched', async () => {
    const { judge, watches, minted } = await follow();
    const { id } = await watches.pin(minted.token, { audience: 'api' });
    await waitFor('the watch', () => judge.judge().watched?.verdict?.status === 'accepted');
    expect(judge.judge().expect).toEqual({ audience: 'api' });
    watches.unpin(id);
    expect(judge.judge().watched).toBeNull();
  });

  it('is not asked of anyone for a token from elsewhere', async () => {
    const joined = await joinDaemon();
    const judge = judgeToken(joined, 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.c2ln');
    onTestFinished(() => judge.dispose());
    expect((await joined.session.call('status', {})).watches).toBe(0);
    expect(judge.judge().verdict).toBeNull();
  });

  it('asks no more when the inspector is closed', async () => {
    const { judge, session, waitForStatus } = await follow();
    await waitForStatus('accepted');
    judge.dispose();
    await waitFor('the end of the watch', async () => (await session.call('status', {})).watches === 0);
  });
});
