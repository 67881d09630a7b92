import { redactSecrets } from '../../token/redact.ts';
import { showSafely } from '../../token/safe-text.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** One line of structured log. Fields are ids, codes and counts; a token or a key in them would be struck out. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Where lines go, without their line end. It never throws: what cannot be logged must not end the daemon. */
export type LogSink = (line: string) => void;

/**
 * A log of JSON lines, dated by `nowMs` and cleared of secrets as a last resort. What would act on a terminal that
 * shows them is escaped as JSON has it.
 */
export function createLog(sink: LogSink, nowMs: () => number): Log {
  return (level, message, fields) => {
    const entry = { at: new Date(nowMs()).toISOString(), level, message, ...fields };
    sink(showSafely(redactSecrets(JSON.stringify(entry))));
  };
}

/** More of a path tells nothing. */
const LONGEST_PATH = 200;

/** What a log may say of a request's target: not its query, where some put credentials. Half a token is none to cut. */
export function pathForLog(url = ''): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return redactSecrets(path).slice(0, LONGEST_PATH);
}

/** What a log may say of an error that nobody foresaw: its stack names our files, its message was never shown. */
export function describeCause(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { cause: typeof error };
  const inner = error.cause === undefined ? {} : { causedBy: describeCause(error.cause) };
  return { cause: error.message, stack: error.stack, ...inner };
}
