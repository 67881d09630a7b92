import type { VerdictCode } from '../../../daemon/token/errors.ts';
import type { Expectation } from '../../../daemon/verify/expectation.ts';
import type { KeySet, VerificationKey } from '../../../daemon/verify/keys.ts';
import type { Check, CheckName, Verdict } from '../../../daemon/verify/verdict.ts';
import { judgeToken, readToken } from '../../../daemon/verify/verify-token.ts';
import { asVerificationKey, type ForgeKey } from '../../support/forge.ts';

/** 2027-01-15T08:00:00Z. */
export const NOW = 1_800_000_000;
export const ISSUER = 'https://issuer.example/issuers/ci';
export const AUDIENCE = 'https://service.example';

/** Claims that are accepted as they are. */
export function goodClaims(change: Record<string, unknown> = {}): Record<string, unknown> {
  const claims = {
    iss: ISSUER,
    sub: 'repo:octo/app',
    aud: AUDIENCE,
    iat: NOW - 10,
    nbf: NOW - 10,
    exp: NOW + 300,
    jti: 'token-1',
    ...change,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

export const expected: Expectation = { issuer: ISSUER, audience: AUDIENCE };

/** The key set of a trusted issuer with these keys. */
export function keySetOf(...keys: (ForgeKey | VerificationKey)[]): KeySet {
  const list = keys.map((key) => ('privateKey' in key ? asVerificationKey(key) : key));
  return { ok: true, provenance: 'trusted-issuer', keys: list, isRevoked: null };
}

export function judge(token: string, keySet: KeySet, expect: Expectation = expected, nowMs = NOW * 1000): Verdict {
  return judgeToken(readToken(token), keySet, expect, nowMs);
}

export function findCheck(verdict: Verdict, name: CheckName): Check {
  const check = verdict.checks.find((candidate) => candidate.name === name);
  if (!check) throw new Error(`no check ${name}`);
  return check;
}

/** Codes of all failed checks, in order. */
export function failures(verdict: Verdict): (VerdictCode | null)[] {
  return verdict.checks.filter((check) => check.outcome === 'fail').map((check) => check.code);
}
