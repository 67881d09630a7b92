import { STATUS_CODES } from 'node:http';
import { callDaemon } from '../../client/call-daemon.ts';
import { createFetchDocument } from '../../server/outgoing/json-requests.ts';
import { TokenError } from '../../token/errors.ts';
import { isJsonObject, parseStrictJson } from '../../token/strict-json.ts';
import { decodeUtf8 } from '../../token/utf8.ts';
import type { FetchedDocument } from '../../verify/fetch-document.ts';
import type { KeySet } from '../../verify/keys.ts';
import { fetchDiscovery, fetchKeys } from '../../verify/remote-documents.ts';
import type { Session } from '../session.ts';
import { withSpinner } from '../terminal/spinner.ts';
import { failAway, judgeHere, tellAway, type Verdict } from './judge-here.ts';
import { findPinFault, type Pins } from './oidc-pins.ts';
import { findOwner } from './own-daemon.ts';

export interface ExecutionQuestion {
  readonly token: string;
  /** As `chooseSuperplaneUrl` gives it. */
  readonly issuer: string;
  readonly audience: string;
  readonly pins: Pins;
}

export interface ExecutionVerdict {
  readonly verdict: Verdict;
  /** What is wrong with the discovery document, in SuperPlane's words; null when nothing is that it has words for. */
  readonly fault: string | null;
}

/**
 * As of SuperPlane's command line: no tolerance for `exp`, five minutes for a clock that is ahead, RS256, a named key.
 */
const EXECUTION_POLICY = { algorithms: ['RS256'], earlyLeewaySeconds: 300, kidRequired: true };

/**
 * Judges an execution token by discovery and key set of its issuer, the only two documents that are fetched, then by
 * its pins. Where the issuer is one of our own daemon it must be that daemon that answers, and the verdict on the token
 * is its: it alone knows its time and what was revoked.
 *
 * @throws MintmarkError `daemon_unproven` when something else answers where our daemon's issuers should
 */
export function judgeExecution(session: Session, question: ExecutionQuestion): Promise<ExecutionVerdict> {
  return withSpinner(session.io, 'verifying', async () => {
    const { token, issuer, audience, pins } = question;
    const expect = { ...EXECUTION_POLICY, issuer, audience };
    const owner = await findOwner(session.home, issuer);
    if (owner.kind === 'away') {
      tellAway(session, owner.baseUrl);
      const away = failAway(owner.baseUrl, 'issuer_unreachable');
      const verdict = await judgeHere(session, { token, expect }, away);
      return { verdict, fault: null };
    }
    const { keys, fault } = await fetchIssuerKeys(issuer);
    const verdict =
      keys.ok && owner.kind === 'ours'
        ? await callDaemon(owner.daemon, 'verify', { token, expect })
        : await judgeHere(session, { token, expect }, keys);
    return { verdict: holdToPins(verdict, pins), fault };
  });
}

async function fetchIssuerKeys(issuer: string): Promise<{ keys: KeySet; fault: string | null }> {
  const fetchDocument = createFetchDocument();
  let fault: string | null = null;
  const discovery = await fetchDiscovery(issuer, async (url) => {
    const answer = await fetchDocument(url);
    fault = findDiscoveryFault(answer);
    return answer;
  });
  if ('ok' in discovery) return { keys: discovery, fault };
  const published = await fetchKeys(discovery.jwksUri, fetchDocument);
  if ('ok' in published) return { keys: published, fault };
  return { keys: { ok: true, provenance: 'trusted-issuer', keys: published.keys, isRevoked: null }, fault };
}

function findDiscoveryFault({ status, body }: FetchedDocument): string | null {
  if (status !== 200) {
    return `fetch OIDC discovery document: unexpected status ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  }
  return namesIssuer(body) ? null : 'OIDC discovery document is missing issuer';
}

/** What is no JSON object at all is told as every other verdict that cannot be found. */
function namesIssuer(body: Uint8Array): boolean {
  try {
    const document = parseStrictJson(decodeUtf8(body));
    if (!isJsonObject(document)) return true;
    return typeof document.issuer === 'string' ? document.issuer.trim() !== '' : document.issuer !== undefined;
  } catch (error) {
    if (error instanceof TokenError) return true;
    throw error;
  }
}

/** Pins are looked at last: they say something about a token only when it is one. */
function holdToPins(verdict: Verdict, pins: Pins): Verdict {
  const detail = verdict.status === 'accepted' ? findPinFault(verdict.claims ?? {}, pins) : null;
  if (detail === null) return verdict;
  const failed = { name: 'claims', outcome: 'fail', code: 'claim_mismatch', detail } as const;
  const checks = verdict.checks.map((check) => (check.name === failed.name ? failed : check));
  return { ...verdict, status: 'refused', reason: failed.code, checks };
}
