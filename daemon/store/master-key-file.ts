import { createSecretKey } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { writeFileDurably } from './durable-file.ts';
import { openBytes, sealBytes } from './envelope.ts';
import { readSystemCode, translateFileError } from './file-fault.ts';
import { createMasterKeyRing, generateMasterKey, type MasterKey, type MasterKeyRing } from './master-key.ts';
import { type KeyEntry, parseMasterKeyText, type SealedKeyEntry } from './master-key-text.ts';
import { derivePassphraseKey, makePassphraseKey, type PassphraseKey } from './passphrase.ts';
import { STATE_FILES } from './state-directory.ts';

/** The keys of a `master.key` with what it takes to write the file again. */
export interface MasterKeyFile {
  readonly keys: readonly [MasterKey, ...MasterKey[]];
  readonly passphraseKey: PassphraseKey | null;
  /** There is no file yet, or it holds a key in the clear although a passphrase was given. */
  readonly needsWriting: boolean;
}

/**
 * Reads `master.key`. Without a passphrase its keys lie there in the clear, protected by the file's mode alone; with
 * one each is sealed under scrypt(passphrase). Writes nothing; the caller still owns (and wipes) `passphrase`.
 *
 * @returns null when there is no such file
 * @throws MintmarkError `passphrase_required`; `master_key_wrong` when it cannot be read or the passphrase is another
 */
export async function readMasterKeyFile(directory: string, passphrase?: Buffer): Promise<MasterKeyFile | null> {
  const entries = readEntries(join(directory, STATE_FILES.masterKey));
  if (entries === null) return null;
  const derived = new Map<string, PassphraseKey>();
  const keys: MasterKey[] = [];
  for (const entry of entries) {
    keys.push({
      id: entry.id,
      createdAt: Date.parse(entry.createdAt),
      key: createKey('key' in entry ? Buffer.from(entry.key, 'base64url') : await unseal(entry, passphrase, derived)),
    });
  }
  const [first, ...older] = keys;
  if (first === undefined) throw unreadable();
  const [used] = derived.values();
  const isPlain = used === undefined;
  const isSealing = isPlain && passphrase !== undefined;
  return {
    keys: [first, ...older],
    passphraseKey: isSealing ? await makePassphraseKey(passphrase) : (used ?? null),
    needsWriting: isSealing || entries.some((entry) => !isPlain && 'key' in entry),
  };
}

/** A ring over `master.key`, freshly made at `nowMs` (since the epoch); nothing is written until `writeMasterKeys`. */
export async function prepareMasterKeyFile(nowMs: number, passphrase?: Buffer): Promise<MasterKeyFile> {
  return {
    keys: [generateMasterKey(nowMs)],
    passphraseKey: passphrase === undefined ? null : await makePassphraseKey(passphrase),
    needsWriting: true,
  };
}

/** A ring over the keys of a file; what changes them writes `master.key` anew, as `writeMasterKeys` does. */
export function openMasterKeyRing(directory: string, file: MasterKeyFile): MasterKeyRing {
  return createMasterKeyRing(file.keys, (keys) => writeMasterKeys(directory, keys, file.passphraseKey));
}

/**
 * @throws MintmarkError `storage_full`, `storage_readonly`, `database_unavailable`; the old file is then still there
 */
export function writeMasterKeys(
  directory: string,
  keys: readonly MasterKey[],
  passphraseKey: PassphraseKey | null,
): void {
  const content = { version: 1, keys: keys.map((key) => encodeKey(key, passphraseKey)) };
  const bytes = Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
  try {
    writeFileDurably(join(directory, STATE_FILES.masterKey), bytes);
  } catch (error) {
    throw translateFileError(error, 'master.key cannot be written');
  } finally {
    bytes.fill(0);
  }
}

function readEntries(path: string): readonly KeyEntry[] | null {
  let bytes: Buffer;
  try {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      bytes = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (readSystemCode(error) === 'ENOENT') return null;
    throw translateFileError(error, 'master.key cannot be read');
  }
  try {
    return parseMasterKeyText(bytes.toString('utf8'));
  } catch {
    // No cause: a parser's message quotes what it read.
    throw unreadable();
  } finally {
    bytes.fill(0);
  }
}

function encodeKey({ id, createdAt, key }: MasterKey, passphraseKey: PassphraseKey | null): KeyEntry {
  const entry = { id, createdAt: new Date(createdAt).toISOString() };
  const plain = key.export();
  try {
    if (passphraseKey === null) return { ...entry, key: plain.toString('base64url') };
    const sealed = sealBytes(passphraseKey.key, plain, { purpose: 'master-key', name: id });
    return { ...entry, sealed: { ...passphraseKey.parameters, ciphertext: sealed.toString('base64url') } };
  } finally {
    plain.fill(0);
  }
}

async function unseal(
  entry: SealedKeyEntry,
  passphrase: Buffer | undefined,
  derived: Map<string, PassphraseKey>,
): Promise<Buffer> {
  if (passphrase === undefined) throw new MintmarkError('passphrase_required');
  const { ciphertext, ...parameters } = entry.sealed;
  const cacheKey = JSON.stringify(parameters);
  const passphraseKey = derived.get(cacheKey) ?? (await derivePassphraseKey(passphrase, parameters));
  derived.set(cacheKey, passphraseKey);
  const plain = openBytes(passphraseKey.key, Buffer.from(ciphertext, 'base64url'), {
    purpose: 'master-key',
    name: entry.id,
  });
  if (plain === null) throw new MintmarkError('master_key_wrong', 'The passphrase does not open master.key');
  return plain;
}

function createKey(bytes: Buffer): MasterKey['key'] {
  if (bytes.length !== 32) throw unreadable();
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function unreadable(): MintmarkError {
  return new MintmarkError('master_key_wrong', 'master.key is damaged: put its copy back');
}
