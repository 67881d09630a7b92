import { describe, expect, it } from 'vitest';
import { decodeToken, MAX_DECODE_LENGTH } from '../../../../daemon/token/decode.ts';
import { VERDICT_CODES } from '../../../../daemon/token/errors.ts';
import { explainCode, isVerdictCode } from '../../../../daemon/token/explain-code.ts';
import { CHECK_NAMES } from '../../../../daemon/verify/verdict.ts';
import { countOutcomes, describeCheck, writeChecks } from '../../../../webview/inspector/check-words.ts';
import { describeProvenance, describeUndecoded, describeVerdict } from '../../../../webview/inspector/verdict-words.ts';
import type { PageCheck, PageVerdict } from '../../../../webview/protocol.ts';

const NOW = 1_800_000_000;
const check = (name: string, change: Partial<PageCheck> = {}): PageCheck => ({
  name,
  outcome: 'pass',
  code: null,
  detail: '',
  ...change,
});
const verdict = (change: Partial<PageVerdict> = {}): PageVerdict => ({
  status: 'accepted',
  reason: null,
  provenance: 'local-issuer',
  checks: CHECK_NAMES.map((name) => check(name)),
  issuer: 'http://localhost:6468/issuers/default',
  kid: 'k1',
  ...change,
});
const describeIt = (given: PageVerdict | null, more: object = {}) =>
  describeVerdict({ verdict: given, verifying: false, expect: null, live: false, ...more }, NOW + 252, NOW);

describe('the banner', () => {
  it('says that nothing is verified before anything is', () => {
    expect(describeIt(null)).toMatchObject({ tone: 'plain', headline: 'Decoded, not verified' });
    expect(describeIt(null, { verifying: true }).headline).toBe('Verifying…');
  });

  it('tells a text that is no token from one that is too long to be looked at', () => {
    expect(describeUndecoded(decodeToken('nothing')).headline).toBe('No token');
    const { headline, sentences } = describeUndecoded(decodeToken('e'.repeat(MAX_DECODE_LENGTH + 1)));
    expect([headline, sentences.join()]).toEqual(['Too long', expect.stringContaining('262144 characters')]);
  });

  it('says by whom a token is accepted and for how long', () => {
    const { tone, headline, sentences } = describeIt(verdict());
    expect([tone, headline]).toEqual(['good', 'Accepted · local issuer · expires in 4 min 12 s']);
    expect(sentences[0]).toBe(
      'Signed with the key k1 of http://localhost:6468/issuers/default, an issuer that runs on this machine.',
    );
  });

  it('does not hide that no audience was checked', () => {
    const checks = [check('audience', { outcome: 'skip' })];
    expect(describeIt(verdict({ checks })).sentences.join(' ')).toContain('was not checked');
    const expectation = { issuer: '', audience: ['api'] };
    expect(describeIt(verdict(), { expect: expectation }).sentences).toContain('It is made for api.');
    expect(describeIt(verdict({ checks }), { expect: expectation }).sentences.join(' ')).toContain('was not checked');
  });

  it('does not say of several expected audiences that it is made for each', () => {
    const expectation = { issuer: '', audience: ['api', 'web'] };
    const { sentences } = describeIt(verdict(), { expect: expectation });
    expect(sentences).toContain('It is made for one of these: api, web.');
  });

  it.each([
    ['refused', 'expired', 'bad'],
    ['undecided', 'issuer_unreachable', 'unsure'],
  ] as const)('says why a token is %s and what helps', (status, reason, tone) => {
    const banner = describeIt(verdict({ status, reason, provenance: 'none' }));
    expect(banner.tone).toBe(tone);
    expect(banner.headline.toLowerCase()).toBe(`${status} · ${reason}`);
    expect(banner.sentences.slice(0, 2)).toEqual([
      explainCode(reason).problem,
      `What helps: ${explainCode(reason).mend}`,
    ]);
  });

  it('claims no signature that was not found right', () => {
    const checks = [check('signature', { outcome: 'fail', code: 'signature_invalid' })];
    for (const provenance of ['local-issuer', 'trusted-issuer', 'supplied-keys', 'none'] as const) {
      expect(describeProvenance(verdict({ provenance, checks }))).not.toMatch(/^Signed/);
    }
  });

  it('spells out characters of a foreign issuer that do not show', () => {
    expect(describeProvenance(verdict({ issuer: 'https://a\u202e.example' }))).toContain('\\u202e');
  });
});

describe('codes of a verdict', () => {
  it.each(VERDICT_CODES)('%s has a sentence and a way out', (code) => {
    const { problem, mend } = explainCode(code);
    expect(problem).toMatch(/^[A-Z].*\.$/);
    expect(mend).toMatch(/^[A-Z].*\.$/);
  });

  it('that nobody knows are none', () => {
    expect(isVerdictCode('toString')).toBe(false);
    expect(describeCheck(check('key', { outcome: 'fail', code: 'from_the_future' })).mend).toBeNull();
  });
});

describe('checks', () => {
  it('have a title each, a sign and a word', () => {
    for (const name of CHECK_NAMES) expect(describeCheck(check(name)).name).toMatch(/^[A-Z]/);
    expect(describeCheck(check('key', { outcome: 'skip' }))).toMatchObject({ sign: '–', word: 'not checked' });
  });

  it('spell out what does not show of a text from a token, on the page and in what is copied', () => {
    const foreign = check('claims', { outcome: 'fail', code: 'claim_mismatch', detail: 'sub is a\u202eb' });
    for (const text of [describeCheck(foreign).detail, writeChecks([foreign])]) {
      expect(text).toContain('\\u202e');
      expect(text).not.toContain('\u202e');
    }
  });

  it('are counted by how they went', () => {
    const checks = [check('format'), check('key', { outcome: 'fail' }), check('type')];
    expect(countOutcomes(checks)).toBe('2 passed, 1 failed');
  });
});
