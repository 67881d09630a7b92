import type { KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { IssuerContext } from './context.ts';
import { ensureIssuer } from './ensure-issuer.ts';
import type { IssuerEntry, KeyEntry } from './keyring.ts';
import { findKey } from './keys.ts';
import { toPublicJwk } from './public-jwk.ts';

/**
 * A key as JWK or PEM (SubjectPublicKeyInfo, or PKCS#8). The private half only when `confirm` repeats the kid, and not
 * before the event that says so is durable.
 * @throws MintmarkError `key_not_found`, `confirmation_required`, `key_state` when the private half was destroyed,
 *   `key_unavailable` when it cannot be opened
 */
export async function exportKey(
  context: IssuerContext,
  { slug, kid, format, private: wantsPrivate, confirm }: OperationRequest<'keys.export'>,
): Promise<OperationOutput<'keys.export'>> {
  const issuer = await ensureIssuer(context, slug);
  const key = findKey(context, issuer, kid);
  if (!wantsPrivate) return { kid, format, private: false, key: format === 'pem' ? toPem(key) : toPublic(key) };
  if (confirm !== kid) throw new MintmarkError('confirmation_required', 'confirm: repeat the kid of the private key');
  const privateKey = requirePrivateKey(key);
  recordExport(context, issuer, kid);
  return {
    kid,
    format,
    private: true,
    key:
      format === 'pem'
        ? privateKey.export({ type: 'pkcs8', format: 'pem' })
        : { ...toPublic(key), ...privateKey.export({ format: 'jwk' }) },
  };
}

function toPublic(key: KeyEntry): Readonly<Record<string, unknown>> {
  return toPublicJwk(key.publicKey, key.alg, key.row.kid);
}

function toPem(key: KeyEntry): string | Buffer {
  return key.publicKey.export({ type: 'spki', format: 'pem' });
}

function requirePrivateKey({ row, privateKey }: KeyEntry): KeyObject {
  if (privateKey !== null) return privateKey;
  if (row.hasPrivate) throw new MintmarkError('key_unavailable', 'The private half of this key cannot be opened');
  throw new MintmarkError('key_state', `The private half of a key that is ${row.state} was destroyed`);
}

function recordExport({ store, clock }: IssuerContext, issuer: IssuerEntry, kid: string): void {
  store.transaction(() => {
    store.events.append({
      at: clock.now(),
      name: 'key.exported',
      issuerId: issuer.row.id,
      subject: kid,
      detail: { private: true },
    });
  });
}
