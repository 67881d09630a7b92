import { MintmarkError } from '../../problem.ts';

/** Where this process was started. @throws MintmarkError `usage` when that directory is gone */
export function readWorkingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw explainLostDirectory(cause) ?? cause;
  }
}

/** What failed because the directory that this process was started in is gone, as every relative path does; else null. */
export function explainLostDirectory(cause: unknown): MintmarkError | null {
  if (!(cause instanceof Error && 'syscall' in cause && cause.syscall === 'uv_cwd')) return null;
  return new MintmarkError('usage', 'the directory that you are in is gone: change to another one', { cause });
}
