import { describe, expect, it } from 'vitest';
import type { KeyState } from '../../../../daemon/protocol/resources.ts';
import { refuseSlug } from '../../../../extension/features/issuers/create-issuer.ts';
import { listIssuerRows } from '../../../../extension/features/issuers/list-issuer-rows.ts';
import { at, makeIssuer, makeKey, NOW } from '../wire-values.ts';

describe('the issuers view', () => {
  it('begins with the default issuer and goes on by name', () => {
    const issuers = ['zeta', 'default', 'alpha'].map((slug) => makeIssuer({ slug }));
    expect(listIssuerRows(issuers, NOW).map(({ label }) => label)).toEqual(['default', 'alpha', 'zeta']);
  });

  it('says of each issuer its algorithm, its platform where it is not the name, and to who asks how often its key rotates', () => {
    const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(7_200) };
    const [plain, other, scheduled] = listIssuerRows(
      [makeIssuer(), makeIssuer({ slug: 'a', platform: 'superplane' }), makeIssuer({ slug: 'b', rotation })],
      NOW,
    );
    expect(plain?.description).toBe('RS256');
    expect(other?.description).toBe('superplane · RS256');
    expect(scheduled?.description).toBe('RS256');
    expect(scheduled?.tooltip).toContain('rotates every 1 h');
  });

  it('keeps the default issuer from being deleted', () => {
    const rows = listIssuerRows([makeIssuer(), makeIssuer({ slug: 'a' })], NOW);
    expect(rows.map(({ contextValue }) => contextValue)).toEqual(['issuer.default', 'issuer']);
  });

  it.each([
    ['active', {}, 'signs'],
    ['next', { activatedAt: null }, 'ready in 6 min'],
    ['next', { activatedAt: null, createdAt: at(-600) }, 'ready to sign'],
    ['next', { activatedAt: null, createdAt: at(-600), signsFrom: at(120) }, 'signs in 2 min'],
    ['next', { activatedAt: null, createdAt: at(-600), signsFrom: at(-600) }, 'due to sign'],
    ['retiring', { retiringAt: at(-1), verifiesUntil: at(3_600) }, 'verifies for 1 h'],
    ['retired', { retiredAt: at(-1) }, 'retired'],
    ['revoked', { revokedAt: at(-1) }, 'revoked'],
    ['active', { alg: 'ES256' }, 'signs · ES256'],
    ['active', { canSign: false }, 'cannot sign'],
  ] as const)('says of a key that is %s what it does now', (state: KeyState, change, words) => {
    const [issuer] = listIssuerRows([makeIssuer({ keys: [makeKey({ state, ...change })] })], NOW);
    const [key] = issuer?.children ?? [];
    expect(key).toMatchObject({ kind: 'key', slug: 'default', kid: makeKey().kid, contextValue: `key.${state}` });
    expect(key?.label).toBe('NzbLsXh8…');
    expect(key?.description).toBe(words);
    expect(key?.tooltip).toMatch(/alg (?:RS|ES)256\n\d+ min old/);
  });

  it('says until when a key signs by schedule, and from when the next one does', () => {
    const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(480) };
    const keys = [makeKey(), makeKey({ kid: 'later', state: 'next' }), makeKey({ kid: 'soon', state: 'next' })];
    const [issuer] = listIssuerRows([makeIssuer({ rotation, keys })], NOW);
    const words = ['signs for 8 min', 'ready in 6 min', 'signs in 8 min'];
    expect(issuer?.children?.map(({ description }) => description)).toEqual(words);
  });

  it('says of a key that cannot sign that it is there to verify, and offers to activate it nowhere', () => {
    const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(480) };
    const keys = [makeKey(), makeKey({ kid: 'advertised', state: 'next', canSign: false })];
    const [issuer] = listIssuerRows([makeIssuer({ rotation, keys })], NOW);
    expect(issuer?.children?.[1]).toMatchObject({
      description: 'published, to verify only',
      contextValue: 'key.retiring',
      icon: 'eye',
    });
  });

  it('says when each key signs where one is planned beside a schedule, which leaves that one alone', () => {
    const keys = [
      makeKey(),
      makeKey({ kid: 'planned', state: 'next', signsFrom: at(300) }),
      makeKey({ kid: 'free', state: 'next' }),
    ];
    const describe = (planned: number, nextAt: number) => {
      const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(nextAt) };
      const all = keys.map((key) => (key.kid === 'planned' ? { ...key, signsFrom: at(planned) } : key));
      return listIssuerRows([makeIssuer({ rotation, keys: all })], NOW)[0]?.children?.map((row) => row.description);
    };
    expect(describe(300, 300)).toEqual(['signs for 5 min', 'signs in 5 min', 'signs by schedule']);
    expect(describe(600, 480)).toEqual(['signs for 8 min', 'signs in 10 min', 'signs in 8 min']);
  });

  it('says that a change is due which has not come about, as with a clock that stands', () => {
    const late = makeKey({ kid: 'late', state: 'next', signsFrom: at(-600) });
    const [issuer] = listIssuerRows([makeIssuer({ keys: [makeKey(), late] })], NOW);
    expect(issuer?.children?.[0]?.description).toBe('signs, the next key is due');
  });

  it('says nothing of an issuer that changes with time, so that the buttons of its keys stay', () => {
    const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(300) };
    const look = (nowMs: number) => {
      const [{ children: _, ...own } = { children: [] }] = listIssuerRows([makeIssuer({ rotation })], nowMs);
      return own;
    };
    expect(look(NOW + 240_000)).toEqual(look(NOW));
  });

  it('gives every row an id of its own', () => {
    const kid = 'same';
    const issuers = ['a', 'b'].map((slug) => makeIssuer({ slug, keys: [makeKey({ kid })] }));
    const rows = listIssuerRows(issuers, NOW).flatMap((row) => [row, ...(row.children ?? [])]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
  });
});

it.each([
  ['team-a', undefined],
  ['a', undefined],
  ['-a', 'refused'],
  ['A', 'refused'],
  ['a b', 'refused'],
  ['', 'refused'],
  ['x'.repeat(64), 'refused'],
  ['taken', 'refused'],
])('the name %j for an issuer is judged before the daemon is asked', (name, outcome) => {
  expect(refuseSlug(name, ['taken']) && 'refused').toBe(outcome);
});
