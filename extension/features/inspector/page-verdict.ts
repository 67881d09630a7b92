import type { PageExpectation, PageVerdict } from '../../../webview/protocol.ts';
import type { Expectation, Verdict } from '../../daemon/watch-list.ts';

/** A verdict without header and claims, which the page reads from the token itself. */
export function toPageVerdict({ status, reason, provenance, checks, issuer, kid }: Verdict): PageVerdict {
  return {
    status,
    reason,
    provenance,
    checks: checks.map(({ name, outcome, code, detail }) => ({ name, outcome, code, detail: detail.slice(0, 8_192) })),
    issuer,
    kid,
  };
}

/** What the form of the page says; a claim, an algorithm or a type that was pinned elsewhere is kept beside it. */
export function toPageExpectation({ issuer, audience }: Expectation): PageExpectation {
  const named = audience === undefined ? [] : typeof audience === 'string' ? [audience] : audience;
  return { issuer: issuer ?? '', audience: named };
}

/** What to hold the token against: an empty field expects nothing. */
export function fromPageExpectation({ issuer, audience }: PageExpectation, leewaySeconds: number): Expectation {
  return {
    ...(issuer === '' ? {} : { issuer }),
    ...(audience.length === 0 ? {} : { audience: [...audience] }),
    ...(leewaySeconds > 0 ? { leewaySeconds } : {}),
  };
}
