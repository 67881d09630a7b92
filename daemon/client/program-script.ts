/** The script of a shell that runs these words with the runtime of an editor or of Node, whichever we run in. */
export function formatShellScript(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted} "$@"\n`;
}

/**
 * The same for cmd.exe. Without `setlocal` what it sets would stay in the shell that called it, where it makes a Node of
 * every editor; with delayed expansion on, a `!` in a path would be taken for a variable.
 */
export function formatBatchFile(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('%', '%%')}"`).join(' ');
  const lines = ['@setlocal DisableDelayedExpansion', '@set ELECTRON_RUN_AS_NODE=1', `@${quoted} %*`];
  return lines.map((line) => `${line}\r\n`).join('');
}
