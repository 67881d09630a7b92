import { describe, expect, it } from 'vitest';
import type { KeySet } from '../../../daemon/verify/keys.ts';
import { asVerificationKey, forgeToken, makeKey } from '../../support/forge.ts';
import { expected, failures, findCheck, goodClaims, judge, keySetOf, NOW } from './judge.ts';

const MS = NOW * 1000;
const [BEFORE, PRESENT] = ['https://a.example', 'https://b.example'];
const key = makeKey('RS256', 'k1');
const notAfter = MS + 1_000;
const keys: KeySet = {
  ok: true,
  provenance: 'local-issuer',
  keys: [asVerificationKey(key)],
  isRevoked: () => false,
  otherNames: [
    { issuer: PRESENT, notAfter: null },
    { issuer: BEFORE, notAfter },
  ],
};
const tokenOf = (iss: unknown) => forgeToken(key, goodClaims({ iss }));

describe('a token that names its issuer otherwise', () => {
  it('is accepted where its keys are those of the expected issuer, until the name is over', () => {
    for (const iss of [PRESENT, BEFORE]) expect(judge(tokenOf(iss), keys).status).toBe('accepted');
    expect(judge(tokenOf(BEFORE), keys, expected, notAfter - 1).status).toBe('accepted');
    expect(failures(judge(tokenOf(BEFORE), keys, expected, notAfter))).toEqual(['iss_mismatch']);
    expect(judge(tokenOf(PRESENT), keys, expected, notAfter).status).toBe('accepted');
    expect(findCheck(judge(tokenOf(BEFORE), keys), 'issuer').detail).toContain('accepted until 2027-01-15T08:00:01Z');
  });

  it('has a verdict that changes when the name is over, unless something else comes first', () => {
    const changesAt = (iss: string, at = MS) => judge(tokenOf(iss), keys, expected, at).changesAt;
    expect(changesAt(BEFORE)).toBe('2027-01-15T08:00:01Z');
    expect(changesAt(PRESENT)).toBe('2027-01-15T08:05:00Z');
    expect(changesAt(BEFORE, notAfter)).toBe('2027-01-15T08:05:00Z');
    const short = forgeToken(key, goodClaims({ iss: BEFORE, exp: NOW + 0.5 }));
    expect(judge(short, keys).changesAt).toBe('2027-01-15T08:00:00.500Z');
  });

  it.each([[`${BEFORE}/`], ['https://A.example'], [[BEFORE]], [undefined]])('is refused as %j', (iss) => {
    expect(judge(tokenOf(iss), keys).status).toBe('refused');
  });

  it('is refused where the keys are of an issuer that has no such name', () => {
    expect(judge(tokenOf(BEFORE), keySetOf(key)).reason).toBe('iss_mismatch');
  });

  it('needs a signature as any other', () => {
    expect(judge(forgeToken(makeKey('RS256', 'k1'), goodClaims({ iss: BEFORE })), keys).reason).toBe(
      'signature_invalid',
    );
  });
});
