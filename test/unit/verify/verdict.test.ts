import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '../../../daemon/token/errors.ts';
import type { KeySet } from '../../../daemon/verify/keys.ts';
import { CHECK_NAMES } from '../../../daemon/verify/verdict.ts';
import { findKeyHint, judgeToken, readToken } from '../../../daemon/verify/verify-token.ts';
import { forgeToken, forgeUnsigned, makeKey } from '../../support/forge.ts';
import { AUDIENCE, expected, failures, findCheck, goodClaims, ISSUER, judge, keySetOf, NOW } from './judge.ts';

const key = makeKey('ES256');
const keys = keySetOf(key);
const supplied: KeySet = { ok: true, provenance: 'supplied-keys', keys: [], isRevoked: null };
const unavailable: KeySet = { ok: false, code: 'keys_unavailable', detail: 'Nobody answers.' };

describe('a verdict', () => {
  it('shows header, claims and times of an accepted token', () => {
    expect(judge(forgeToken(key, goodClaims()), keys)).toMatchObject({
      status: 'accepted',
      reason: null,
      provenance: 'trusted-issuer',
      header: { alg: 'ES256', kid: 'key-1' },
      claims: { sub: 'repo:octo/app' },
      issuer: ISSUER,
      kid: 'key-1',
      jti: 'token-1',
      expiresAt: '2027-01-15T08:05:00Z',
      changesAt: '2027-01-15T08:05:00Z',
    });
  });

  it.each([
    ['accepted', forgeToken(key, goodClaims())],
    ['unreadable', 'x'],
    ['unsigned', forgeUnsigned({ alg: 'none' }, {})],
  ])('has every check in its order when the token is %s', (_name, token) => {
    const verdict = judge(token, keys);
    expect(verdict.checks.map((check) => check.name)).toEqual([...CHECK_NAMES]);
    for (const check of verdict.checks) {
      expect(check.detail).not.toBe('');
      expect(check.code !== null).toBe(check.outcome === 'fail');
      if (check.code !== null) expect(VERDICT_CODES).toContain(check.code);
    }
  });

  it('tells all failures at once and takes the first for its reason', () => {
    const token = forgeToken(key, goodClaims({ iss: 'https://x.example', aud: 'x', exp: NOW - 1, nbf: undefined }));
    const verdict = judge(token, keys);
    expect(failures(verdict)).toEqual(['iss_mismatch', 'aud_mismatch', 'expired']);
    expect(verdict.reason).toBe('iss_mismatch');
  });

  it('skips what cannot be checked of an unreadable token', () => {
    const [format, ...later] = judge('a.b', keys).checks;
    expect(format?.outcome).toBe('fail');
    expect(new Set(later.map((check) => check.outcome))).toEqual(new Set(['skip']));
  });

  it('never holds the token or its signature', () => {
    const token = forgeToken(key, goodClaims({ aud: 'x' }));
    const text = JSON.stringify(judge(token, keys));
    for (const segment of token.split('.')) expect(text).not.toContain(segment);
  });

  it('is undecided when the keys cannot be had, and says what is wrong all the same', () => {
    const verdict = judge(forgeToken(key, goodClaims({ exp: NOW - 1, nbf: undefined })), unavailable);
    expect(verdict).toMatchObject({ status: 'undecided', reason: 'keys_unavailable', provenance: 'none' });
    expect(failures(verdict)).toEqual(['keys_unavailable', 'expired']);
  });

  it('is refused, not undecided, when the algorithm alone decides', () => {
    expect(judge(forgeUnsigned({ alg: 'none' }, goodClaims()), unavailable).status).toBe('refused');
  });

  it('is refused without a key when the key source says that the issuer is another', () => {
    const wrong: KeySet = { ok: false, code: 'iss_mismatch', detail: 'The issuer is not the expected one.' };
    const verdict = judge(forgeToken(key, goodClaims({ iss: 'https://x.example' })), wrong);
    expect(verdict).toMatchObject({ status: 'refused', reason: 'iss_mismatch', provenance: 'none' });
    expect(findCheck(verdict, 'key').outcome).toBe('skip');
  });

  it('has no provenance when no key was found', () => {
    expect(judge(forgeToken(key, goodClaims(), { kid: 'other' }), keys).provenance).toBe('none');
  });

  it('skips issuer and revocation for keys that came with the request', () => {
    const set = { ...supplied, keys: keys.ok ? keys.keys : [] };
    const verdict = judge(forgeToken(key, goodClaims()), set, { audience: AUDIENCE });
    expect(verdict).toMatchObject({ status: 'accepted', provenance: 'supplied-keys' });
    expect(findCheck(verdict, 'issuer').outcome).toBe('skip');
    expect(findCheck(verdict, 'revocation').outcome).toBe('skip');
    expect(judge(forgeToken(key, goodClaims({ iss: undefined })), set, { audience: AUDIENCE }).status).toBe('accepted');
  });
});

describe('a key hint', () => {
  it('names the issuer and the kid, and nothing of a token that cannot be read', () => {
    expect(findKeyHint(readToken(forgeToken(key, goodClaims())))).toEqual({ issuer: ISSUER, kid: 'key-1' });
    expect(findKeyHint(readToken('x'))).toEqual({ issuer: null, kid: null });
    expect(findKeyHint(readToken(forgeToken(key, goodClaims({ iss: 7 }), { kid: '' })))).toEqual({
      issuer: null,
      kid: null,
    });
  });
});

describe('pinned claims', () => {
  const judgePin = (claims: Record<string, unknown>, pins: Record<string, unknown>) =>
    judge(forgeToken(key, goodClaims(claims)), keys, { ...expected, claims: pins });

  it.each([
    ['main', 'main'],
    [7, 7],
    [7, '7'],
    [true, 'true'],
    [null, null],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
  ])('%j matches %j', (actual, pin) => {
    expect(judgePin({ x: actual }, { x: pin }).status).toBe('accepted');
  });

  it.each([
    ['main', 'Main'],
    ['7', 7],
    ['true', true],
    [null, 'null'],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a'], 'a'],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ 0: 'a' }, ['a']],
    [{}, { toString: 'x' }],
  ])('%j does not match %j', (actual, pin) => {
    expect(judgePin({ x: actual }, { x: pin }).reason).toBe('claim_mismatch');
  });

  it('must be there, also under a name that every object has', () => {
    expect(judgePin({}, { x: 'y' }).reason).toBe('claim_missing');
    expect(judgePin({}, { constructor: 'y' }).reason).toBe('claim_missing');
  });

  it.each([
    ['repo:acme/widgets:ref:refs/heads/dev', '"repo:acme/widgets:ref:refs/heads/dev"'],
    ['\u001b[31mred', '"<U+001B>[31mred"'],
    ['a'.repeat(64), `"${'a'.repeat(64)}"`],
    ['a'.repeat(200), `"${'a'.repeat(64)}…" (200 characters)`],
    [7, '7'],
    [{ a: ['b'] }, '"{"a":["b"]}"'],
  ])('say what the token has instead, which cannot be much or act on what shows it: %j', (actual, shown) => {
    const { detail } = findCheck(judgePin({ x: actual }, { x: 'y' }), 'claims');
    expect(detail).toBe(`The claim x is ${shown}, not the expected value.`);
  });

  const long = 'a'.repeat(100);
  it.each([
    [
      'in one character',
      `${long}b${long}`,
      `${long}c${long}`,
      `"…${'a'.repeat(16)}b${'a'.repeat(46)}…" (from character 85 of 201)`,
    ],
    ['in its end alone', long, `${long}c`, `"…${'a'.repeat(16)}" (from character 85 of 100)`],
    ['inside a list', [long, 'b'], [long, 'c'], `"…${'a'.repeat(13)}","b"]" (from character 90 of 108)`],
    [
      'in the first character that is not',
      `${long.slice(36)}b`,
      long,
      `"…${'a'.repeat(16)}b" (from character 49 of 65)`,
    ],
    [
      'in the last character that is shown',
      `${long.slice(37)}b${long}`,
      long,
      `"${long.slice(37)}b…" (164 characters)`,
    ],
  ])('show the place of a long value that differs %s', (_, actual, pin, shown) => {
    const { detail } = findCheck(judgePin({ x: actual }, { x: pin }), 'claims');
    expect(detail).toBe(`The claim x is ${shown}, not the expected value.`);
  });

  const tellAudience = (aud: unknown, audience: string | string[]) =>
    findCheck(judge(forgeToken(key, goodClaims({ aud })), keys, { ...expected, audience }), 'audience').detail;

  it('show where a long audience differs from the one most like it', () => {
    expect(tellAudience(`${long}b`, ['me', `${long}c`])).toMatch(
      /^The token is made for "…a{16}b" \(from character 85 of 101\), /,
    );
  });

  it('say who else the token is made for', () => {
    const tell = (aud: unknown) => tellAudience(aud, 'me');
    expect(tell('https://a.example\u202e')).toBe('The token is made for "https://a.example<U+202E>", not for me.');
    expect(tell(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe(
      'The token is made for "a", "b", "c", "d", "e" and 2 more, not for me.',
    );
  });
});

describe('required claims', () => {
  const judgeRequired = (claims: Record<string, unknown>, ...requiredClaims: string[]) =>
    judge(forgeToken(key, goodClaims(claims)), keys, { ...expected, requiredClaims });

  it.each(['x', ' ', 0, false, [''], { a: null }])('%j is there', (value) => {
    const verdict = judgeRequired({ app: value }, 'app');
    expect(verdict.status).toBe('accepted');
    expect(findCheck(verdict, 'claims').detail).toBe('Every required claim is there; no claim was pinned.');
  });

  it.each([undefined, null, '', [], {}])('%j is not', (value) => {
    const verdict = judgeRequired({ app: value }, 'sub', 'app');
    expect(failures(verdict)).toEqual(['claim_missing']);
    expect(findCheck(verdict, 'claims').detail).toMatch(/^The claim app is (not there|empty)\.$/);
  });

  it('are the token’s own, never what every object has', () => {
    expect(judgeRequired({}, 'constructor').reason).toBe('claim_missing');
    expect(judgeRequired({}, '__proto__').reason).toBe('claim_missing');
  });

  it('are looked for beside those that are pinned', () => {
    const judgeBoth = (claims: Record<string, unknown>) =>
      judge(forgeToken(key, goodClaims(claims)), keys, {
        ...expected,
        requiredClaims: ['app'],
        claims: { ref: 'main' },
      });
    expect(judgeBoth({ app: 'a', ref: 'main' }).status).toBe('accepted');
    expect(judgeBoth({ app: 'a', ref: 'other' }).reason).toBe('claim_mismatch');
    expect(judgeBoth({ ref: 'main' }).reason).toBe('claim_missing');
  });
});

describe('when time alone changes a verdict', () => {
  const MS = NOW * 1000;
  const cases: [string, Record<string, unknown>, object][] = [
    ['exp', { exp: NOW + 1.5 }, {}],
    ['exp with a fraction that no double holds', { exp: NOW + 0.1 }, {}],
    ['exp and leeway', { exp: NOW + 2 }, { leewaySeconds: 3 }],
    ['nbf', { nbf: NOW + 1.25 }, {}],
    ['nbf and leeway', { nbf: NOW + 6 }, { leewaySeconds: 5 }],
    ['iat', { iat: NOW + 1, nbf: undefined }, {}],
    ['iat after nbf', { iat: NOW + 2, nbf: NOW + 1 }, {}],
    ['a life without iat', { iat: undefined, exp: NOW + 4 }, { maxLifetimeSeconds: 2 }],
  ];

  it.each(cases)('by %s, changesAt is the first millisecond of the new verdict', (_name, claims, change) => {
    const token = readToken(forgeToken(key, goodClaims(claims)));
    const at = (ms: number) => judgeToken(token, keys, { ...expected, ...change }, ms);
    const outcomes = (ms: number) => JSON.stringify(at(ms).checks.map((check) => check.outcome));
    const changesAt = Date.parse(at(MS).changesAt ?? '');
    expect(changesAt).toBeGreaterThan(MS);
    expect(outcomes(changesAt - 1)).toBe(outcomes(MS));
    expect(outcomes(changesAt)).not.toBe(outcomes(MS));
  });

  it('passes through not yet valid, accepted and expired', () => {
    const token = readToken(forgeToken(key, goodClaims({ nbf: NOW + 1, exp: NOW + 2 })));
    const reasons: (string | null)[] = [];
    for (let at: number | null = MS; at !== null; ) {
      const verdict = judgeToken(token, keys, expected, at);
      reasons.push(verdict.reason);
      at = verdict.changesAt === null ? null : Date.parse(verdict.changesAt);
    }
    expect(reasons).toEqual(['not_yet_valid', null, 'expired']);
  });

  it.each([
    ['the nbf is later than the exp', 'nbf_invalid', { nbf: NOW + 9 }],
    ['the nbf is of no usable form', 'nbf_invalid', { nbf: 'soon' }],
    ['the iat is later than the exp', 'iat_invalid', { iat: NOW + 9 }],
    ['the iat is of no usable form', 'iat_invalid', { iat: 'soon' }],
  ])('is the expiry, when %s', (_name, reason, claims) => {
    const token = readToken(forgeToken(key, goodClaims({ exp: NOW + 2, ...claims })));
    const verdict = judgeToken(token, keys, expected, MS);
    expect(verdict).toMatchObject({ reason, changesAt: '2027-01-15T08:00:02Z' });
    expect(judgeToken(token, keys, expected, MS + 2_000)).toMatchObject({ reason: 'expired', changesAt: null });
  });

  it.each([
    ['the token is expired', { exp: NOW - 1, nbf: undefined }],
    ['it never expires', { exp: undefined }],
    ['no time is of a usable form', { exp: 'soon', nbf: 'soon', iat: 'soon' }],
    ['the nbf has no other outcome when it comes than before', { exp: NOW - 1, nbf: NOW + 5 }],
  ])('is never, when %s', (_name, claims) => {
    expect(judge(forgeToken(key, goodClaims(claims)), keys).changesAt).toBeNull();
  });
});
