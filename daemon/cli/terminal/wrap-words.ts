/**
 * Breaks the lines of a text at spaces so that they fit into `width` characters, but for a word that is longer. A
 * broken line ends with `mark`, which is not counted, and goes on after `indent`.
 */
export function wrapWords(text: string, width: number, mark = '', indent = ''): string {
  const wrapLine = (line: string): string => {
    const [, blank = '', content = ''] = /^( *)(.*)$/.exec(line) ?? [];
    const [first = '', ...words] = content.split(' ');
    let last = blank + first;
    const done: string[] = [];
    for (const word of words) {
      if (last.length + 1 + word.length <= width) last += ` ${word}`;
      else {
        done.push(last + mark);
        last = indent + word;
      }
    }
    return [...done, last].join('\n');
  };
  return text.split('\n').map(wrapLine).join('\n');
}
