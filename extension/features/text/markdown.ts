import { showSafely } from '../../../daemon/token/safe-text.ts';

/**
 * One line of Markdown that shows exactly this text: every ASCII punctuation character is escaped (CommonMark §2.4), so
 * that it makes no link, not even a bare address, no image, no HTML, no icon and no list.
 */
export function escapeMarkdown(text: string): string {
  return showSafely(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A code block of rows `name  value`. A row begins with a name of ours, so that no value can close the block. */
export function writeRows(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${showSafely(value)}`);
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
}

/** The beginning of a text that is longer than `most` characters; no pair of surrogates is cut apart. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
