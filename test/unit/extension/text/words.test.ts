import { beforeEach, describe, expect, test } from 'vitest';
import { PLATFORMS } from '../../../../daemon/platforms/registry.ts';
import { describeExpiry } from '../../../../daemon/token/time-words.ts';
import type { Verdict } from '../../../../extension/daemon/watch-list.ts';
import { writeLensTitle } from '../../../../extension/features/text/lens-title.ts';
import { listTokenProblems } from '../../../../extension/features/text/list-problems.ts';
import { secondsUntilWordsChange } from '../../../../extension/features/text/next-words.ts';
import { isRealIssuer } from '../../../../extension/features/text/real-issuers.ts';
import { readFacts } from '../../../../extension/features/text/token-facts.ts';
import { writeHover } from '../../../../extension/features/text/write-hover.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { sampleJob } from '../../platforms/sample-job.ts';
import { DAY, makeEncrypted, makeToken, NOW } from './make-token.ts';

const verdict = (status: Verdict['status'], reason: Verdict['reason'], provenance: Verdict['provenance']): Verdict => ({
  ...{ status, reason, provenance, checks: [], header: {}, claims: {} },
  ...{ issuer: null, kid: null, jti: null, expiresAt: null, changesAt: null },
});

beforeEach(resetEditor);

describe('the title of a lens', () => {
  test.each([
    [
      'a token of the local issuer',
      {},
      verdict('accepted', null, 'local-issuer'),
      'accepted · local issuer · expires in 4 min',
    ],
    [
      'one whose key was revoked',
      {},
      verdict('refused', 'key_revoked', 'local-issuer'),
      'refused: key revoked · local issuer · expires in 4 min',
    ],
    [
      'one whose issuer is away',
      {},
      verdict('undecided', 'issuer_unreachable', 'none'),
      'undecided: issuer unreachable · expires in 4 min',
    ],
    [
      'one of an issuer that only the token names',
      {},
      { ...verdict('accepted', null, 'trusted-issuer'), issuer: 'https://issuer.example.test' },
      'accepted · issuer elsewhere · expires in 4 min',
    ],
    ['one that nobody watches', {}, null, 'not verified · expires in 4 min'],
    ['an expired one', { exp: NOW - 7_200 }, null, 'not verified · expired 2 h ago'],
    ['one without an end', { exp: undefined }, null, 'not verified · never expires'],
    ['one with an end that is no time', { exp: 'soon' }, null, 'not verified'],
  ])('of %s', (_, claims, given, title) => {
    expect(writeLensTitle(readFacts(makeToken(claims)), given, NOW)).toBe(title);
  });

  test('says of an issuer elsewhere that it is trusted only where the settings name just that one', () => {
    const given = { ...verdict('accepted', null, 'trusted-issuer'), issuer: 'https://issuer.example.test' };
    const write = (of: Verdict) => writeLensTitle(readFacts(makeToken()), of, NOW);
    editor.settings.set('mintmark.trustedIssuers', ['https://issuer.example.test/', 'https://other.example.test']);
    expect(write(given)).toMatch(/^accepted · issuer elsewhere · /);
    editor.settings.set('mintmark.trustedIssuers', ['https://issuer.example.test']);
    expect(write(given)).toMatch(/^accepted · trusted issuer · /);
    // Its keys came from the issuer that was expected, not from the one that the token names.
    const checks: Verdict['checks'] = [{ name: 'issuer', outcome: 'fail', code: 'iss_mismatch', detail: '' }];
    const other: Verdict = { ...given, status: 'refused', reason: 'iss_mismatch', checks };
    expect(write(other)).toMatch(/^refused: iss mismatch · issuer elsewhere · /);
  });

  test('of an encrypted token', () => {
    expect(writeLensTitle(readFacts(makeEncrypted()), null, NOW)).toBe('not verified · encrypted');
  });

  test('of a token whose claims are no object', () => {
    expect(writeLensTitle(readFacts(makeToken('[1]')), null, NOW)).toBe('not verified · not readable');
  });

  test('holds no text of the token, whatever it claims', () => {
    const token = makeToken({ iss: '$(zap)', sub: '$(zap)', exp: '$(zap)', '$(zap)': 1 }, { kid: '$(zap)' });
    expect(writeLensTitle(readFacts(token), null, NOW)).not.toContain('$(');
  });
});

describe('the words about an expiry', () => {
  test.each([[-90], [1], [30], [59], [60], [61], [3_600], [5_000], [DAY], [3 * DAY + 1], [40 * 365 * DAY]])(
    'stay as they are until they are due, when it is %i seconds away',
    (left) => {
      const wait = secondsUntilWordsChange(NOW + left, NOW);
      expect(wait).toBeGreaterThan(0);
      if (Math.abs(left) < 60) return;
      const words = (later: number) => describeExpiry(NOW + left, NOW + later);
      expect(words(Math.max(0, wait - 0.06))).toBe(words(0));
      expect(words(wait)).not.toBe(words(0));
    },
  );

  test('are written anew at the very moment of the expiry', () => {
    for (const left of [0.5, 3, 5]) expect(secondsUntilWordsChange(NOW + left, NOW)).toBeCloseTo(left, 5);
  });
});

describe('what a token is', () => {
  test('is read from it, with tokens inside by their path', () => {
    const facts = readFacts(
      makeToken({ aud: ['a', 7, 'b'], act: makeToken(), deep: { list: ['x', makeEncrypted()] } }),
    );
    expect(facts).toMatchObject({ subject: 'alice', audience: ['a', 'b'], expiresAt: NOW + 240 });
    expect(facts.nested).toEqual(['act', 'deep.list.1']);
  });

  test('is known for a token around a token, which is readable', () => {
    const facts = readFacts(makeToken(makeToken(), { cty: 'JWT' }));
    expect(facts.nested).toEqual(['payload']);
    expect(listTokenProblems(facts, NOW)).toEqual([]);
    expect(writeLensTitle(facts, null, NOW)).toBe('not verified · holds another token');
    expect(writeHover(facts, null, NOW)).toMatch(/Holds another token in\\: payload/);
  });

  test.each([[null], [['x']], [{ sub: 'x' }], [7]])('is not believed when a claim is %j', (value) => {
    expect(readFacts(makeToken({ iss: value, sub: value, exp: 'x' }))).toMatchObject({
      issuer: null,
      subject: null,
      expiresAt: null,
    });
  });
});

test.each([
  ['https://token.actions.githubusercontent.com', true],
  ['https://gitlab.com', true],
  ['accounts.google.com', true],
  ['https://acme.eu.auth0.com/', true],
  ['https://login.microsoftonline.com/tenant/v2.0', true],
  ['https://identity.depot.dev', true],
  ['https://app.superplane.com', true],
  ['https://token.actions.octocorp.ghe.com/octo', true],
  ['https://pages.octocorp.ghe.com', false],
  ['https://token.actions.x.y.ghe.com.evil.example', false],
  ['http://localhost:6468/issuers/default', false],
  ['https://issuer.example.test', false],
  ['https://auth0.com.evil.example', false],
  ['https://evilgitlab.com', false],
  ['not a url', false],
  [null, false],
])('the issuer %s is one that people know: %s', (issuer, real) => expect(isRealIssuer(issuer)).toBe(real));

/** Of these every installation is its own issuer, by a name of its own. */
const SELF_HOSTED: ReadonlySet<string> = new Set(['forgejo', 'jenkins', 'kubernetes', 'miren', 'generic']);

describe('the real issuer of a platform is one that people know:', () => {
  const platforms = Object.values(PLATFORMS).filter((platform) => platform !== null);
  test.each(platforms.map((platform) => [platform.profile.platform, platform] as const))('%s', (name, platform) => {
    expect(isRealIssuer(platform.realIssuer(sampleJob(platform)))).toBe(!SELF_HOSTED.has(name));
  });
});
