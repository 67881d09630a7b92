import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets that a run was given, and everything that came out of it: where does the one turn up in the other? */
export interface Planted {
  /** A secret as text, such as a token or a password. */
  plant(name: string, secret: string): string;
  /** Secret bytes: they are looked for raw, in hex, and in both base64 alphabets. */
  plantBytes(name: string, secret: Buffer): void;
  /** A compact token: as a whole, and its signature alone, as text and as bytes. */
  plantToken(name: string, token: string): string;
  count(): number;
  names(): string[];
  /** The names of the secrets that lie in these bytes. */
  findIn(bytes: Buffer | string): string[];
}

export function createPlanted(): Planted {
  const needles = new Map<string, Buffer[]>();
  const add = (name: string, forms: (string | Buffer)[]): void => {
    if (needles.has(name)) throw new Error(`${name} is planted already`);
    needles.set(
      name,
      // What is short turns up by chance: a secret of fewer than eight bytes proves nothing.
      forms.map((form) => Buffer.from(form)).filter((form) => form.length >= 8),
    );
  };
  const plantBytes = (name: string, secret: Buffer): void =>
    add(name, [
      secret,
      secret.toString('hex'),
      // Without the last characters: they depend on what comes after the bytes.
      secret.toString('base64').replace(/.{4}$/, ''),
      secret.toString('base64url').replace(/.{4}$/, ''),
    ]);
  return {
    plant: (name, secret) => {
      add(name, [secret]);
      return secret;
    },
    plantBytes,
    plantToken: (name, token) => {
      const signature = token.split('.')[2] ?? '';
      add(name, [token, signature, Buffer.from(signature, 'base64url')]);
      return token;
    },
    count: () => needles.size,
    names: () => [...needles.keys()],
    findIn: (bytes) => {
      const hay = Buffer.from(bytes);
      return [...needles].filter(([, forms]) => forms.some((form) => hay.includes(form))).map(([name]) => name);
    },
  };
}

/** Every file below a directory, as path and bytes. What is removed meanwhile holds nothing any more. */
export function readTree(directory: string): { path: string; bytes: Buffer }[] {
  const entries = readIfThere(() => readdirSync(directory, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return readTree(path);
    const bytes = readIfThere(() => (statSync(path).isFile() ? readFileSync(path) : null));
    return bytes === null ? [] : [{ path, bytes }];
  });
}

function readIfThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
