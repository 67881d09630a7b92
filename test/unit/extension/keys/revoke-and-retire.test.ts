import { beforeEach, describe, expect, it, vi } from 'vitest';
import { retireKey, revokeKey } from '../../../../extension/features/keys/revoke-key.ts';
import { findLiveTokens, nameTokens, sayCount } from '../../../../extension/live-tokens.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { type JoinedContext, joinDaemon } from '../join-daemon.ts';
import { makeIssuer, makeKey, makeRecord } from '../wire-values.ts';

beforeEach(resetEditor);

const activeKid = ({ session }: JoinedContext) => session.issuers[0]?.keys[0]?.kid ?? '';
/** What the daemon says, whatever has reached this window by now. */
const readStates = async ({ session }: JoinedContext) =>
  (await session.call('keys.list', { slug: 'default' })).items.map(({ state }) => state);
const readDetail = () => (editor.asked.at(-1) as { subject: { detail: string } }).subject.detail;

describe('Revoke Signing Key', () => {
  it('names the tokens that it breaks, and revokes nothing that was not confirmed', async () => {
    const context = await joinDaemon();
    const kid = activeKid(context);
    const live = await context.daemon.mint({ subject: 'repo:acme/shop' });
    const revoked = await context.daemon.mint({ subject: 'repo:acme/gone' });
    await context.daemon.mint({ subject: 'repo:acme/other' });
    await context.daemon.control('POST', `/tokens/${revoked.jti}/revoke`, {});
    const row = { kind: 'key', slug: 'default', kid } as const;

    await revokeKey(context.session, row);
    expect(editor.asked[0]).toMatchObject({ kind: 'warning', subject: { modal: true }, choices: ['Revoke'] });
    expect(readDetail()).toContain('breaks 2 live tokens');
    expect(readDetail()).toContain(`• repo:acme/shop …${live.jti.slice(-6)}`);
    expect(readDetail()).toContain('• repo:acme/other');
    expect(readDetail()).not.toContain('repo:acme/gone');
    expect(await readStates(context)).toEqual(['active']);

    editor.answers.push('Revoke');
    await revokeKey(context.session, row);
    expect(await readStates(context)).toEqual(['active', 'revoked']);
  });

  it('names none of a key that is retired: they are refused already', async () => {
    const context = await joinDaemon();
    const kid = activeKid(context);
    await context.daemon.mint({ subject: 'repo:acme/old' });
    await context.session.call('keys.rotate', { slug: 'default' });
    await context.session.call('keys.retire', { slug: 'default', kid });
    const isRetired = () => context.session.issuers[0]?.keys.some(({ state }) => state === 'retired');
    await waitFor('the retired key', isRetired);
    await revokeKey(context.session, { kind: 'key', slug: 'default', kid });
    expect(readDetail()).toContain('breaks no live token');
    expect(readDetail()).not.toContain('repo:acme/old');
  });

  it('names none of another key', async () => {
    const context = await joinDaemon();
    const kid = activeKid(context);
    await context.session.call('keys.rotate', { slug: 'default' });
    await context.daemon.mint();
    await revokeKey(context.session, { kind: 'key', slug: 'default', kid });
    expect(readDetail()).toContain('breaks no live token');
    expect(readDetail()).not.toContain('•');
  });
});

describe('who signs after the key that signs is revoked', () => {
  const advertised = makeKey({ kid: 'advertised', state: 'next', canSign: false });
  it.each([
    ['a new key, where the published one cannot sign', [advertised], 'A new key signs in its place.'],
    ['the oldest that can', [makeKey({ kid: 'waiting', state: 'next' }), advertised], 'waiting signs in its place.'],
  ])('is %s', async (_, published, words) => {
    const issuers = [makeIssuer({ keys: [makeKey(), ...published] })];
    const call = async () => ({ items: [], nextCursor: null });
    await revokeKey({ issuers, call } as never, { kind: 'key', slug: 'default', kid: makeKey().kid });
    expect(readDetail()).toContain(words);
  });
});

describe('Retire Signing Key', () => {
  const rotate = async (context: JoinedContext) => {
    await context.session.call('keys.rotate', { slug: 'default' });
    await waitFor('both keys', () => context.session.issuers[0]?.keys.length === 2);
  };

  it('asks when that breaks a token, and retires nothing that was not confirmed', async () => {
    const context = await joinDaemon();
    await context.daemon.mint({ subject: 'repo:acme/shop' });
    await rotate(context);
    editor.answers.push(choose('default'), choose(''));
    await retireKey(context.session, undefined);
    expect(readDetail()).toMatch(/breaks 1 live token\.\n• repo:acme\/shop/);
    expect(await readStates(context)).toEqual(['active', 'retiring']);

    editor.answers.push(choose('default'), choose(''), 'Retire');
    await retireKey(context.session, undefined);
    expect(await readStates(context)).toEqual(['active', 'retired']);
  });

  it('asks when there are records that nobody looked at, which it may break', async () => {
    const calls: string[] = [];
    const call = async (name: string) => {
      calls.push(name);
      return { items: [], nextCursor: 'more' };
    };
    const session = { issuers: [makeIssuer()], call } as never;
    await retireKey(session, { kind: 'key', slug: 'default', kid: makeKey().kid });
    expect(editor.asked).toMatchObject([{ kind: 'warning', subject: { modal: true } }]);
    expect(calls).not.toContain('keys.retire');
  });

  it('asks nothing when it breaks none', async () => {
    const context = await joinDaemon();
    const kid = activeKid(context);
    await rotate(context);
    await retireKey(context.session, { kind: 'key', slug: 'default', kid });
    expect(editor.asked).toEqual([]);
    expect(await readStates(context)).toEqual(['active', 'retired']);
  });
});

describe('a row of what is gone', () => {
  it.each([
    ['the issuer', { kind: 'key', slug: 'gone', kid: makeKey().kid }],
    ['the key', { kind: 'key', slug: 'default', kid: 'gone' }],
  ])('(%s) does nothing: nothing else takes its place', async (_, row) => {
    const call = vi.fn(async () => ({ items: [], nextCursor: null }));
    const session = { issuers: [makeIssuer()], call } as never;
    editor.answers.push('Revoke', 'Revoke');
    for (const work of [revokeKey, retireKey]) await work(session, row);
    expect([call.mock.calls, editor.asked]).toEqual([[], []]);
  });
});

describe('live tokens', () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const past = new Date(Date.now() - 60_000).toISOString();
  /** A daemon with so many pages of records that expired, and one live record at the end of the last one. */
  const serve = (pages: number) => {
    const call = vi.fn(async (_: string, { cursor = '1' }: { cursor?: string }) => ({
      items: [makeRecord({ expiresAt: past }), ...(Number(cursor) === pages ? [makeRecord({ expiresAt: soon })] : [])],
      nextCursor: Number(cursor) === pages ? null : String(Number(cursor) + 1),
    }));
    return { call } as never;
  };

  it('are found behind many records that have expired', async () => {
    const live = await findLiveTokens(serve(3), makeIssuer());
    expect([live.count, sayCount(live)]).toEqual([1, '1 live token']);
  });

  it('are not said to be none when there are records that nobody looked at', async () => {
    const live = await findLiveTokens(serve(30), makeIssuer());
    expect(sayCount(live)).toBe('no live token among the newest 10000');
  });

  it('are those whose key still verifies', async () => {
    const states = ['next', 'active', 'retiring', 'retired', 'revoked'] as const;
    const keys = states.map((state) => makeKey({ kid: state, state }));
    const items = [...states, 'gone'].map((kid) => makeRecord({ kid, subject: kid, jti: kid, expiresAt: soon }));
    const session = { call: async () => ({ items, nextCursor: null }) } as never;
    const { count, names } = await findLiveTokens(session, makeIssuer({ keys }));
    expect([count, names.join()]).toEqual([3, expect.not.stringMatching(/retired|revoked|gone/)]);
  });

  it('are named up to five, and the others counted', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(nameTokens({ count: 7, names, lookedAt: null })).toBe('• a\n• b\n• c\n• d\n• e\nand 2 more');
    expect(nameTokens({ count: 0, names: [], lookedAt: null })).toBe('');
  });
});
