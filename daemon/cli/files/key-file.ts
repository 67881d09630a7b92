import { type OutputRules, planOutputFile, writeOutputFile } from './output-file.ts';

/** A key is never written over. Nobody else has any business where a private one lies. */
const PRIVATE_KEY: OutputRules = { closedTo: 0o077, isOwn: true, replaces: false, makesDirectory: true };
/** A public one must not be exchanged. */
const PUBLIC_KEY: OutputRules = { closedTo: 0o022, isOwn: false, replaces: false, makesDirectory: true };

const rulesOf = (isPrivate: boolean): OutputRules => (isPrivate ? PRIVATE_KEY : PUBLIC_KEY);

/**
 * Finds out whether a key may be written there, and writes nothing yet: a daemon that is asked for a private key notes
 * that it left.
 *
 * @returns the absolute path
 * @throws MintmarkError as `planOutputFile`
 */
export function planKeyFile(file: string, isPrivate: boolean): string {
  return planOutputFile(file, rulesOf(isPrivate));
}

/**
 * Writes a key into a new file of its owner alone.
 *
 * @param path what `planKeyFile` returned
 * @throws MintmarkError as `writeOutputFile`
 */
export function writeKeyFile(path: string, content: string, isPrivate: boolean): void {
  writeOutputFile(path, content, rulesOf(isPrivate));
}
