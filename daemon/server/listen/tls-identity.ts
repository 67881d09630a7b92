import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../../store/durable-file.ts';
import { STATE_FILES } from '../../store/state-directory.ts';

/** What `node:https` serves with, PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate is replaced this long before it ends, ms: a daemon may run for weeks. */
const RENEWAL_MS = 30 * 86_400_000;

/**
 * The server certificate of `--https`, kept across starts so that it has to be trusted once; made anew when there is
 * none, when it nears its end or when its files do not belong together. `ca.pem` beside it is what clients trust.
 *
 * @throws MintmarkError what writing the files throws.
 */
export async function openTlsIdentity(directory: string, nowMs: number): Promise<TlsIdentity> {
  const kept = readTlsIdentity(directory, nowMs);
  if (kept !== null) return kept;
  const { createCertificates } = await import('./create-certificates.ts');
  const { ca, server } = await createCertificates(nowMs);
  writeFileDurably(join(directory, STATE_FILES.tlsServer), server);
  writeFileDurably(join(directory, STATE_FILES.tlsAuthority), ca);
  return splitPem(server);
}

function readTlsIdentity(directory: string, nowMs: number): TlsIdentity | null {
  const [server, authority] = [STATE_FILES.tlsServer, STATE_FILES.tlsAuthority].map((name) => join(directory, name));
  if (server === undefined || authority === undefined || !existsSync(server) || !existsSync(authority)) return null;
  try {
    const identity = splitPem(readFileSync(server, 'utf8'));
    const certificate = new X509Certificate(identity.cert);
    const isWhole =
      certificate.checkPrivateKey(createPrivateKey(identity.key)) &&
      certificate.checkIssued(new X509Certificate(readFileSync(authority)));
    const isFresh =
      nowMs >= certificate.validFromDate.getTime() && nowMs < certificate.validToDate.getTime() - RENEWAL_MS;
    return isWhole && isFresh ? identity : null;
  } catch {
    // Half a file, or somebody else's: it is replaced.
    return null;
  }
}

function splitPem(text: string): TlsIdentity {
  const at = text.indexOf('-----BEGIN PRIVATE KEY-----');
  return { cert: text.slice(0, at), key: text.slice(at) };
}
