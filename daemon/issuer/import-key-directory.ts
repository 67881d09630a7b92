import { createPublicKey } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import type { KeyRow } from '../store/rows.ts';
import { fitsAlgorithm } from './algorithms.ts';
import { changeKeys, type KeyChange, type NewKey, requireKey } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import { ensureIssuer } from './ensure-issuer.ts';
import { assertPairSigns } from './import-key.ts';
import type { IssuerEntry } from './keyring.ts';
import { findKey, showKey } from './keys.ts';
import type { IssuerProfile } from './profile.ts';
import { readPrivatePem } from './read-private-key.ts';
import { computeJwkThumbprint, computeThumbprintKid } from './thumbprint.ts';

type DirectoryRequest = OperationRequest<'keys.importDirectory'>;
type KeyFile = DirectoryRequest['files'][number];

/** A key with the name of its file, for whoever has to mend it. */
interface FileKey extends NewKey {
  readonly file: string;
}

/**
 * Imports the keys of a directory in the order of their file names. A key that the issuer has is left as it is, so that
 * importing again changes nothing.
 *
 * As SuperPlane has them the last one signs, and the others are published while a token of theirs can live: all of
 * them, or none; a newer last file becomes the signer. As Miren has them they are published and never sign; hidden
 * files are passed over, and what is no key is skipped.
 * @throws MintmarkError `key_material`, `weak_key`, `key_too_large`, `key_exists` for one key in two files, `key_state`
 *   for a last key that has stopped signing here, `key_unavailable`, `issuer_not_found`, `platform_unavailable`
 */
export async function importKeyDirectory(
  context: IssuerContext,
  { slug, files }: DirectoryRequest,
): Promise<OperationOutput<'keys.importDirectory'>> {
  const known = context.keyring.bySlug(slug);
  const profile = known?.profile ?? context.profiles.get(slug);
  if (profile?.directoryVerifiesOnly) return advertiseKeyFiles(context, slug, files);
  // Before the issuer is made, so that a bad file leaves none behind.
  const keys = profile ? await readKeyFiles(profile, known?.alg ?? profile.defaultAlgorithm, files) : [];
  const issuer = await ensureIssuer(context, slug);

  const rows = changeKeys(context, issuer, (change) => {
    const placeholder = known === undefined ? change.keys().find(({ state }) => state === 'active') : undefined;
    const imported = keys.map((key, index) => addKey(change, key, index < keys.length - 1));
    const signer = imported.at(-1);
    if (signer !== undefined) letSign(context, issuer, change, signer);
    // Asking for the issuer has just made it, with a key that has signed nothing.
    if (placeholder !== undefined) change.retire(requireKey(change, placeholder.kid));
    return imported;
  });
  return { items: rows.map(({ kid }) => showKey(context, issuer, kid)), nextCursor: null, skipped: [] };
}

async function advertiseKeyFiles(
  context: IssuerContext,
  slug: string,
  files: readonly KeyFile[],
): Promise<OperationOutput<'keys.importDirectory'>> {
  const issuer = await ensureIssuer(context, slug);
  const keys: FileKey[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const file of sortFiles(files).filter(({ name }) => !name.startsWith('.'))) {
    try {
      const key = await readKeyFile(issuer.profile, issuer.alg, file);
      if (!keys.some(({ kid }) => kid === key.kid)) keys.push(key);
    } catch (cause) {
      if (!(cause instanceof MintmarkError)) throw cause;
      skipped.push({ name: file.name, reason: cause.message });
    }
  }
  const rows = changeKeys(context, issuer, (change) =>
    keys.map((key) => {
      const known = findTwin(change, key);
      if (known !== undefined) return known;
      change.log('key.imported', key.kid, { alg: key.alg });
      const row = change.publish(key);
      change.advertise(row);
      return row;
    }),
  );
  return { items: rows.map(({ kid }) => showKey(context, issuer, kid)), nextCursor: null, skipped };
}

function sortFiles(files: readonly KeyFile[]): readonly KeyFile[] {
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** All files are read before anything is changed. */
async function readKeyFiles(
  profile: IssuerProfile,
  issuerAlg: SigningAlgorithm,
  files: readonly KeyFile[],
): Promise<FileKey[]> {
  const keys: FileKey[] = [];
  for (const file of sortFiles(files)) {
    const key = await nameFault(file.name, () => readKeyFile(profile, issuerAlg, file));
    const twin = keys.find(({ kid }) => kid === key.kid);
    if (twin !== undefined) {
      throw new MintmarkError('key_exists', `duplicate key ${key.kid}: ${twin.file} and ${key.file} hold the same one`);
    }
    keys.push(key);
  }
  return keys;
}

async function readKeyFile(
  profile: IssuerProfile,
  issuerAlg: SigningAlgorithm,
  { name, pem }: KeyFile,
): Promise<FileKey> {
  const label = /-----BEGIN ([^-]{1,40})-----/.exec(pem)?.[1];
  if (label !== undefined && label !== 'RSA PRIVATE KEY' && label !== 'PRIVATE KEY') throw refuseType();
  const privateKey = readPrivatePem(pem);
  const publicKey = createPublicKey(privateKey);
  const alg = [issuerAlg, ...profile.algorithms].find((each) => fitsAlgorithm(privateKey, each));
  if (alg === undefined) throw refuseType();
  await assertPairSigns(privateKey, publicKey, alg);
  return { file: name, kid: profile.kidOf(publicKey), alg, publicKey, privateKey };
}

/** SuperPlane's words. */
function refuseType(): MintmarkError {
  return new MintmarkError('key_material', 'unsupported private key type');
}

/** Says which file an error is about. */
async function nameFault<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof MintmarkError)) throw cause;
    throw new MintmarkError(cause.code, `${file}: ${cause.message}`, { cause });
  }
}

/** The key's row, a new one where it is not known by its material. An `older` one signed before, and elsewhere. */
function addKey(change: KeyChange, key: FileKey, older: boolean): KeyRow {
  const known = findTwin(change, key);
  if (known !== undefined) return known;
  change.log('key.imported', key.kid, { alg: key.alg });
  const row = change.publish(key);
  if (older) change.supersede(row);
  return row;
}

/** The same key, by its material. */
function findTwin(change: KeyChange, { publicKey }: FileKey): KeyRow | undefined {
  const thumbprint = computeThumbprintKid(publicKey);
  return change.keys().find(({ publicJwk }) => computeJwkThumbprint(publicJwk) === thumbprint);
}

function letSign(context: IssuerContext, issuer: IssuerEntry, change: KeyChange, key: KeyRow): void {
  if (key.state === 'active') return;
  if (key.state !== 'next') {
    throw new MintmarkError('key_state', `The last key, ${key.kid}, has stopped signing here: add a newer one`);
  }
  const isNew = !issuer.keys.some(({ row }) => row.id === key.id);
  if (!isNew && findKey(context, issuer, key.kid).privateKey === null) {
    throw new MintmarkError('key_unavailable', 'The private half of this key cannot be opened: revoke it');
  }
  change.activate(key);
}
