import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { readPrivateFile } from '../../client/private-file.ts';
import { STATE_FILES } from '../../store/state-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where systems keep the certificates that they trust, as Go's crypto/x509 looks for them. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Variables whose file takes the place of what the system trusts. */
const REPLACING = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'AWS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const;

/**
 * Lets the runtimes of a job trust the daemon's own authority besides those that they trust anyway.
 *
 * @returns variables that point to bundles in the run's directory; none where the daemon has no authority of its own
 * @throws MintmarkError `state_insecure` for what is no plain file of the state directory's own, such as a pipe
 */
export function writeCaBundles(directory: string, home: string, env: Environment): Record<string, string> {
  const own = readPrivateFile(join(home, STATE_FILES.tlsAuthority));
  if (own === null) return {};
  const write = (name: string, others: string): string => {
    const path = join(directory, name);
    writeFileSync(path, `${others.trimEnd()}\n${own}`.trimStart(), { mode: 0o600 });
    return path;
  };
  const shared = write('ca-bundle.pem', readSystemBundle());
  // Who set one of them trusts what is in it, and goes on to.
  const replacing = REPLACING.map((name) => {
    const others = readIfThere(env[name]);
    return [name, others === null ? shared : write(`${name}.pem`, others)] as const;
  });
  return {
    NODE_EXTRA_CA_CERTS: write('ca-extra.pem', readIfThere(env.NODE_EXTRA_CA_CERTS) ?? ''),
    ...Object.fromEntries(replacing),
  };
}

/** Node brings Mozilla's list for where there is none. */
function readSystemBundle(): string {
  const path = SYSTEM_BUNDLES.find((candidate) => existsSync(candidate));
  return path === undefined ? rootCertificates.join('\n') : readFileSync(path, 'utf8');
}

/**
 * A file, or all files of a directory (requests docs: "SSL Cert Verification"), which OpenSSL names by their subject.
 */
function readIfThere(path: string | undefined): string | null {
  if (!path || !existsSync(path)) return null;
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  const paths = readdirSync(path)
    .sort()
    .map((name) => join(path, name));
  const files = paths.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  return files.map((file) => readFileSync(file, 'utf8').trimEnd()).join('\n');
}
