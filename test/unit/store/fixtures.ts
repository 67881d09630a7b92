import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach } from 'vitest';
import { isProblemCode } from '../../../daemon/problem.ts';
import { openStore } from '../../../daemon/store/open-store.ts';
import type { IssuerRow, KeyRow } from '../../../daemon/store/rows.ts';
import type { Store } from '../../../daemon/store/store.ts';

/** Some instant, ms. */
export const NOW = Date.UTC(2026, 10, 22, 15);
export const SECRET = 'the plain bytes of a private key';
export const BINDING = { kid: 'k1', purpose: 'signing-key' } as const;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

export function atEnd(clean: () => void): void {
  cleanups.push(clean);
}

/** A fresh directory that goes with the test; the state directory in it does not exist yet. */
export function makeHome(): string {
  const root = mkdtempSync(join(tmpdir(), 'mintmark-store-'));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  return join(root, 'home');
}

export async function openTestStore(directory: string, passphrase?: string): Promise<Store> {
  const store = await openStore({
    directory,
    nowMs: NOW,
    ...(passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase) }),
  });
  atEnd(() => store.close());
  return store;
}

export function issuerRow(slug: string): Omit<IssuerRow, 'id' | 'deletedAt'> {
  return {
    slug,
    platform: 'generic',
    alg: 'RS256',
    tokenTtlSeconds: 3600,
    rotateEverySeconds: null,
    options: {},
    createdAt: NOW,
  };
}

export function keyRow(issuerId: number, kid: string, state: KeyRow['state']): Omit<KeyRow, 'id' | 'hasPrivate'> {
  return {
    issuerId,
    kid,
    alg: 'RS256',
    state,
    publicJwk: { kty: 'RSA', kid },
    createdAt: NOW,
    activatedAt: null,
    signsFrom: null,
    retiringAt: null,
    verifiesUntil: null,
    retiredAt: null,
    revokedAt: null,
  };
}

/** An issuer with one active key. */
export function seedIssuer(store: Store, slug = 'default', kid = 'k1'): { issuerId: number; keyId: number } {
  return store.transaction(() => {
    const issuerId = store.issuers.insert(issuerRow(slug));
    const wrapped = store.vault.wrap(Buffer.from(SECRET), { kid, purpose: 'signing-key' });
    return { issuerId, keyId: store.keys.insert(keyRow(issuerId, kid, 'active'), wrapped) };
  });
}

export function addToken(store: Store, jti: string, more: { claimsJson?: string; expiresAt?: number } = {}): void {
  store.transaction(() => {
    store.tokens.insert({ jti, issuerId: 1, keyId: 1, issuedAt: 100, expiresAt: 200, claimsJson: '{}', ...more });
    store.events.append({ at: NOW, name: 'token.minted', issuerId: 1, subject: jti, detail: {} });
  });
}

/**
 * The code of the error that `call` ends with; `null` when it ends well. Anything that is no MintmarkError is thrown.
 */
export async function codeOf(call: () => unknown): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && isProblemCode(error.code)) return error.code;
    throw error;
  }
}

/** Holds issuers against nothing: what they have to be is the issuer room's business. */
export const ANY_ISSUERS = { requireIssuers: () => {}, ring: null } as const;

/** A copy of a state directory as a power cut would leave it, taken by no handle that SQLite's locks hang on. */
export function copyHome(from: string): string {
  const to = makeHome();
  mkdirSync(to, { mode: 0o700 });
  cpSync(from, to, { recursive: true });
  return to;
}

/** Starts a helper process from `children/`; `lines` are what it prints. */
export function startChild(
  name: string,
  ...args: string[]
): { process: ChildProcessByStdio<null, Readable, Readable>; lines: AsyncIterator<string>; ended: Promise<unknown> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children', name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.resume();
  const ended = once(child, 'exit');
  atEnd(() => void child.kill('SIGKILL'));
  return { process: child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), ended };
}

export async function readLine(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error('The child ended early');
  return value;
}

export function readBytes(...path: string[]): Buffer {
  return readFileSync(join(...path));
}
