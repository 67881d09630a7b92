import type { LogOutputChannel } from 'vscode';
import { redactSecrets } from '../../../daemon/token/redact.ts';

const LONGEST_ENTRY = 8_192;

/**
 * Puts the redactor in front of a log channel: nothing that looks like a token or a key reaches the log or its file.
 */
export function redactLog(channel: LogOutputChannel): LogOutputChannel {
  const line = (message: unknown, rest: readonly unknown[]): string =>
    toSafeText([message, ...rest].map(describe).join(' '));
  return {
    name: channel.name,
    get logLevel() {
      return channel.logLevel;
    },
    onDidChangeLogLevel: channel.onDidChangeLogLevel,
    trace: (message, ...rest) => channel.trace(line(message, rest)),
    debug: (message, ...rest) => channel.debug(line(message, rest)),
    info: (message, ...rest) => channel.info(line(message, rest)),
    warn: (message, ...rest) => channel.warn(line(message, rest)),
    error: (message, ...rest) => channel.error(line(message, rest)),
    append: (value) => channel.append(toSafeText(value)),
    appendLine: (value) => channel.appendLine(toSafeText(value)),
    replace: (value) => channel.replace(toSafeText(value)),
    clear: () => channel.clear(),
    show: () => channel.show(true),
    hide: () => channel.hide(),
    dispose: () => channel.dispose(),
  };
}

function toSafeText(text: string): string {
  return redactSecrets(text.length > LONGEST_ENTRY ? `${text.slice(0, LONGEST_ENTRY)}…` : text);
}

/** An error's code says more than its place in our bundle; other values are no business of the log's reader. */
function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) {
    const code = 'code' in value && typeof value.code === 'string' ? ` (${value.code})` : '';
    const cause = value.cause instanceof Error ? `; cause: ${value.cause.message}` : '';
    return `${value.name}${code}: ${value.message}${cause}`;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `[${typeof value}]`;
}
