import { createHmac } from 'node:crypto';
import { MintmarkError } from '../../problem.ts';
import { writeProofText } from '../../protocol/daemon-proof.ts';

/** 16 to 64 bytes in base64url. */
const NONCE = /^[A-Za-z0-9_-]{22,86}$/;

export interface DaemonIdentity {
  readonly version: string;
  readonly instance: string;
  readonly baseUrl: string;
  readonly controlToken: string;
}

/**
 * The health document (CONTRACT §5). Whoever sends a nonce also gets the proof that this daemon knows the control
 * token, and so can tell it from a stranger on the same port before he sends a credential.
 *
 * @param nonce value of the `Mintmark-Nonce` header.
 * @throws MintmarkError `invalid_request` when it is no nonce.
 */
export function describeHealth(identity: DaemonIdentity, degraded: boolean, nonce: string | undefined): string {
  const { version, instance, baseUrl } = identity;
  const health = { status: degraded ? 'degraded' : 'ok', version, instance, baseUrl };
  if (nonce === undefined) return JSON.stringify(health);
  if (!NONCE.test(nonce)) {
    throw new MintmarkError('invalid_request', 'Mintmark-Nonce is 16 to 64 bytes in base64url');
  }
  return JSON.stringify({ ...health, proof: proveDaemon(identity, nonce) });
}

function proveDaemon({ baseUrl, controlToken }: DaemonIdentity, nonce: string): string {
  return createHmac('sha256', controlToken).update(writeProofText(baseUrl, nonce)).digest('base64url');
}
