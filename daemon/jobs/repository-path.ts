import { UNSAFE_CHARACTERS } from '../token/safe-text.ts';

const LONGEST = 255;

/** May a foreign text stand in a claim: something that shows as itself, on one line, of a sane length? */
export function isPlainText(text: string, longest = LONGEST): boolean {
  return text.length > 0 && text.length <= longest && text.trim() === text && text.search(UNSAFE_CHARACTERS) < 0;
}

/**
 * `acme/widgets` or `acme/platform/widgets` as owner and repository; null for what names none.
 * @param path without a leading or trailing slash
 */
export function splitRepositoryPath(path: string): { owner: string; repository: string } | null {
  const segments = path.split('/');
  const repository = segments.pop();
  if (repository === undefined || segments.length === 0 || !isPlainText(path)) return null;
  if (![...segments, repository].every(isSegment)) return null;
  return { owner: segments.join('/'), repository };
}

function isSegment(segment: string): boolean {
  return isPlainText(segment, 100) && segment !== '.' && segment !== '..' && !/[\\:@?#]/.test(segment);
}

/** A full ref that names a branch or a tag, as far as `git check-ref-format` cares about what may be in it. */
export function isRef(ref: string): boolean {
  return /^refs\/(?:heads|tags)\/[^/]/.test(ref) && isBranchName(ref);
}

export function isBranchName(name: string): boolean {
  return isPlainText(name, 512) && !/[\s~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.lock$|^-/.test(name);
}
