import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { readPrivateFile } from './private-file.ts';

/**
 * Where the issuers of a state directory were when its daemon ran last; null where that is not known.
 *
 * @throws MintmarkError as `readPrivateFile` says
 */
export function readLastBaseUrl(home: string): URL | null {
  const text = readPrivateFile(join(home, 'base-url'));
  return text !== null && URL.canParse(text) ? new URL(text) : null;
}

/** The same before a start, which says itself what is wrong with a state directory. */
export function recallBaseUrl(home: string): URL | null {
  try {
    return readLastBaseUrl(home);
  } catch (error) {
    if (error instanceof MintmarkError) return null;
    throw error;
  }
}
