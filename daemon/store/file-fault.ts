import { MintmarkError, type ProblemCode } from '../problem.ts';

const CODES: Readonly<Record<string, ProblemCode>> = {
  ENOSPC: 'storage_full',
  EDQUOT: 'storage_full',
  EROFS: 'storage_readonly',
  EACCES: 'storage_readonly',
  EPERM: 'storage_readonly',
};

/** The system's code of a failed file operation (`ENOENT`, …), or undefined for any other error. */
export function readSystemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What callers see of a failed write to the file system; an error of our own is handed back as it is. */
export function translateFileError(error: unknown, detail: string): MintmarkError {
  if (error instanceof MintmarkError) return error;
  const code = readSystemCode(error) ?? 'unknown';
  return new MintmarkError(CODES[code] ?? 'database_unavailable', `${detail} (${code})`, { cause: error });
}

/** A path on one line, in quotes that a shell and a log reader understand. */
export function quotePath(path: string): string {
  return JSON.stringify(path);
}
