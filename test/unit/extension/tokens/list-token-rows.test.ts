import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '../../../../daemon/token/errors.ts';
import type { Verdict, WatchedToken } from '../../../../extension/daemon/watch-list.ts';
import { explainRefusal } from '../../../../extension/features/tokens/explain-refusal.ts';
import { listTokenRows } from '../../../../extension/features/tokens/list-token-rows.ts';
import { at, makeIssuer, makeKey, makeRecord, NOW } from '../wire-values.ts';

const verdict: Verdict = {
  status: 'accepted',
  reason: null,
  provenance: 'local-issuer',
  checks: [],
  header: {},
  claims: {},
  issuer: null,
  kid: null,
  jti: null,
  expiresAt: at(240),
  changesAt: at(240),
};
const watched = (change: Partial<Verdict> | null): WatchedToken => ({
  id: 'watch-1',
  label: 'repo:acme/shop',
  token: 'secret.secret.secret',
  expect: {},
  pinned: true,
  verdict: change === null ? null : { ...verdict, ...change },
});
const rowsOf = (...tokens: WatchedToken[]) => listTokenRows(tokens, [], [], NOW);

describe('a watched token', () => {
  it.each([
    ['accepted', {}, 'accepted', 'accepted · local issuer · expires in 4 min'],
    ['accepted for ever', { expiresAt: null }, 'accepted', 'accepted · local issuer'],
    ['refused', { status: 'refused', reason: 'key_revoked' }, 'key revoked', 'refused: key revoked'],
    [
      'undecided',
      { status: 'undecided', reason: 'issuer_unreachable' },
      'issuer unreachable',
      'undecided: issuer unreachable',
    ],
    ['not judged yet', null, 'waiting', 'waiting for the issuer'],
  ] as const)('that is %s says so, in a word to the eye and in full to those who ask', (_name, change, word, words) => {
    const [row] = rowsOf(watched(change));
    expect(row).toMatchObject({ description: word, spoken: words });
    expect(row?.tooltip).toContain(words);
  });

  it('leaves room for what is said beside a long name, which the tooltip has in full', () => {
    const label = 'repo:acme/shop:ref:refs/heads/main …7b3271';
    const [row] = rowsOf({ ...watched({}), label });
    expect(row).toMatchObject({ label: 'repo:acme/…ain …7b3271', fullLabel: label });
    expect(row?.tooltip).toContain(label);
  });

  it('shows nothing of its text', () => {
    expect(JSON.stringify(rowsOf(watched({})))).not.toContain('secret');
  });

  it('comes before the records', () => {
    const rows = listTokenRows([watched({})], [makeRecord()], [makeIssuer()], NOW);
    expect(rows.map(({ kind }) => kind)).toEqual(['watch', 'record']);
  });
});

describe('a minted token that is watched', () => {
  const { jti, kid, issuer } = makeRecord();
  const signed = [{ name: 'signature', outcome: 'pass', code: null, detail: '' }] as const;
  const own = { jti, kid, issuer, checks: [...signed] } satisfies Partial<Verdict>;
  const list = (change: Partial<Verdict>) => listTokenRows([watched(change)], [makeRecord()], [makeIssuer()], NOW);

  it('stands there once, with its live verdict and what can be done to its record', () => {
    const rows = list({ ...own, status: 'refused', reason: 'token_revoked' });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      kind: 'record',
      jti,
      watchId: 'watch-1',
      icon: 'error',
      contextValue: 'record.live.watched',
    });
    expect(rows[0]?.description).toBe('token revoked');
    expect(rows[0]?.tooltip).toMatch(/Watched.*minted/s);
  });

  it.each([
    ['is of another issuer', { issuer: 'http://localhost:6468/issuers/other' }],
    ['has another name', { jti: 'other' }],
    ['names another key', { kid: 'other' }],
    ['is forged', { checks: [{ name: 'signature', outcome: 'fail', code: 'signature_invalid', detail: '' }] }],
  ] as const)('is not one that %s', (_name, change) => {
    expect(list({ ...own, ...change } as Partial<Verdict>).map(({ kind }) => kind)).toEqual(['watch', 'record']);
  });

  it('is told by its claims where its platform writes no jti', () => {
    const records = [{ sub: 'a' }, { sub: 'b' }].map((claims, at) => makeRecord({ jti: `made-up-${at}`, claims }));
    const token = watched({ ...own, jti: null, claims: { sub: 'b' } });
    const rows = listTokenRows([token], records, [makeIssuer()], NOW);
    expect(rows.map((row) => row.kind === 'record' && [row.jti, row.watchId])).toEqual([
      ['made-up-1', 'watch-1'],
      ['made-up-0', undefined],
    ]);
  });

  it('is shown for one of two watches', () => {
    const twice = [watched(own), { ...watched(own), id: 'watch-2' }];
    const rows = listTokenRows(twice, [makeRecord()], [makeIssuer()], NOW);
    expect(rows.map(({ kind }) => kind)).toEqual(['record', 'watch']);
  });
});

describe('a minted token', () => {
  it.each([
    ['lives', {}, 'active', '4 min left', 'record.live'],
    ['has expired', { expiresAt: at(-120) }, 'active', 'expired', 'record.over'],
    ['was revoked', { revokedAt: at(-1) }, 'active', 'revoked', 'record.over'],
    ['was signed by a key that only verifies', {}, 'retiring', '4 min left', 'record.live'],
    ['was signed by a retired key', {}, 'retired', 'key retired', 'record.over'],
    ['was signed by a revoked key', {}, 'revoked', 'key revoked', 'record.over'],
  ] as const)('that %s says so', (_name, change, state, words, contextValue) => {
    const issuers = [makeIssuer({ keys: [makeKey({ state })] })];
    const [row] = listTokenRows([], [makeRecord(change)], issuers, NOW);
    expect(row?.description).toBe(words);
    expect(row?.tooltip).toContain(`kid ${makeKey().kid}`);
    expect(row?.contextValue).toBe(contextValue);
  });

  it.each([
    ['of somebody else, as a look-alike has', 'https://gitlab.example.test'],
    ['of somebody else with such a path', 'https://tokens.example.test/issuers/default'],
    ['of another port of this machine', 'http://localhost:7000/issuers/default'],
    ['of another issuer here', 'http://localhost:6468/issuers/other'],
    ['with more behind it', 'http://localhost:6468/issuers/default/more'],
    ['that is no text', 7],
    ['that a hostile text is', '\u202eissuer\n[a](b)'],
  ])('with an iss %s is told to be of another issuer, and can be revoked', (_name, iss) => {
    const [row] = listTokenRows([], [makeRecord({ claims: { iss } })], [makeIssuer()], NOW);
    expect(row).toMatchObject({ description: 'other issuer', contextValue: 'record.elsewhere', icon: 'tag' });
    expect(row?.tooltip).toContain('refused here unless its keys are given');
    expect(row?.tooltip).not.toContain('\u202e');
  });

  it.each([
    ['the one that its issuer stands for', { realIssuer: 'https://a.test' }, null],
    ['the one of before', { previousIssuer: { issuer: 'https://a.test', acceptedUntil: at(1) } }, null],
    ['one that was accepted', { previousIssuer: { issuer: 'https://a.test', acceptedUntil: at(0) } }, 'other issuer'],
  ])('that names %s is what the daemon would say', (_name, change, words) => {
    const record = makeRecord({ claims: { iss: 'https://a.test' } });
    const [row] = listTokenRows([], [record], [makeIssuer(change)], NOW);
    expect(row?.description).toBe(words ?? '4 min left');
  });

  it.each([
    ['that is not there', { slug: 'other' }],
    ['of that name that does not have its key', { keys: [makeKey({ kid: 'other' })] }],
  ])('of an issuer %s says that it was deleted', (_name, change) => {
    const [row] = listTokenRows([], [makeRecord()], [makeIssuer(change)], NOW);
    expect(row).toMatchObject({ description: 'issuer deleted', contextValue: 'record.over' });
  });
});

describe('the notification', () => {
  it.each(VERDICT_CODES)('for %s has a reason and an action, in words of ours', (reason) => {
    const { reason: words, action, command } = explainRefusal({ reason, provenance: 'local-issuer' });
    expect(words).toMatch(/^(?:it|its|reason:) /);
    expect(action).not.toBe('');
    expect(command).toMatch(/^mintmark\./);
  });

  it.each(['trusted-issuer', 'supplied-keys', 'none'] as const)(
    'offers to mint no token in the place of one that is not of an issuer of this machine (%s)',
    (provenance) => {
      for (const reason of VERDICT_CODES) {
        expect(explainRefusal({ reason, provenance }).command).toBe('mintmark.inspectToken');
      }
      expect(explainRefusal({ reason: 'expired', provenance: 'local-issuer' }).command).toBe('mintmark.mintToken');
    },
  );
});
