import { decodeToken } from '../../../daemon/token/decode.ts';
import { explainCode } from '../../../daemon/token/explain-code.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { Expectation, Verdict } from '../../daemon/watch-list.ts';
import { ToolError } from './tool-error.ts';
import { UNTRUSTED } from './untrusted.ts';

export interface VerificationRequest {
  readonly token: string;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  /** What the person has set: issuers elsewhere whose keys may be fetched. */
  readonly trustedIssuers: readonly string[];
  readonly leewaySeconds: number;
}

/**
 * Verifies a token for a language model. A model can be talked into naming an issuer, and asking one for keys tells it
 * something: so only issuers of this machine and those that the person trusts are asked.
 *
 * @throws ToolError for another issuer, or while the local issuer does not run
 */
export async function explainForModel(
  session: Pick<DaemonSession, 'state' | 'issuers' | 'call'>,
  request: VerificationRequest,
): Promise<Readonly<Record<string, unknown>>> {
  if (session.state.kind !== 'running') {
    throw new ToolError(
      'The local issuer does not run. The person can start it by the command "Mintmark: Start Issuer".',
    );
  }
  const expect = {
    issuer: chooseIssuer(session, request),
    ...(request.audience !== undefined && { audience: request.audience }),
    ...(request.leewaySeconds > 0 && { leewaySeconds: request.leewaySeconds }),
  } satisfies Expectation;
  const verdict = await session.call('verify', { token: request.token, expect });
  return { status: verdict.status, ...UNTRUSTED, expected: expect, ...describeVerdict(verdict) };
}

function chooseIssuer(
  { issuers }: Pick<DaemonSession, 'issuers'>,
  { token, issuer, trustedIssuers }: VerificationRequest,
): string {
  const allowed = [...issuers.map(({ url }) => url), ...trustedIssuers];
  const wanted = issuer ?? decodeToken(token).claims?.iss;
  if (typeof wanted === 'string' && allowed.includes(wanted)) return wanted;
  throw new ToolError(
    issuer === undefined
      ? 'The token names no issuer of this machine. Pass the issuer that it should be from, or look at it with inspect_token.'
      : 'This issuer is neither on this machine nor in the setting mintmark.trustedIssuers. Only the person can add it there.',
  );
}

function describeVerdict({ reason, provenance, checks, kid, jti, expiresAt, changesAt }: Verdict) {
  return {
    reason,
    ...(reason !== null && explainCode(reason)),
    provenance,
    checks: checks.map(({ name, outcome, code, detail }) => ({
      name,
      outcome,
      ...(code !== null && { code }),
      detail,
    })),
    kid,
    jti,
    expiresAt,
    changesAt,
  };
}
