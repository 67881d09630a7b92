import { Position, Range, type TextDocument, Uri } from 'vscode';

interface DocumentOptions {
  readonly path?: string;
  readonly scheme?: string;
  readonly languageId?: string;
}

/** A document as the editor hands it to an extension, as far as our features read it. Its text may be changed. */
export interface Text {
  readonly document: TextDocument;
  /** Replaces `[start, end)` and says what the editor would tell of it. */
  change(start: number, end: number, text: string): { range: Range; rangeOffset: number; text: string };
}

export function makeText(initial: string, options: DocumentOptions = {}): Text {
  let lines = initial.split(/\r\n|\r|\n/);
  let version = 1;
  const { path = '/project/a.env', scheme = 'file', languageId = 'plaintext' } = options;
  const positionAt = (offset: number) => {
    let left = offset;
    let line = 0;
    while (line < lines.length - 1 && left > lines[line]!.length) left -= lines[line++]!.length + 1;
    return new Position(line, Math.min(left, lines[line]!.length));
  };
  const read = (range?: Range) => {
    if (range === undefined) return lines.join('\n');
    const part = lines.slice(range.start.line, range.end.line + 1);
    part.push(part.pop()!.slice(0, range.end.character));
    part[0] = part[0]!.slice(range.start.character);
    return part.join('\n');
  };
  const document = {
    uri: Uri.from({ scheme, path }),
    languageId,
    isClosed: false,
    lineAt: (line: number) => ({ text: lines[line]! }),
    getText: read,
    positionAt,
    validateRange: (range: Range) => range,
    get version() {
      return version;
    },
    get lineCount() {
      return lines.length;
    },
  };
  return {
    document: document as unknown as TextDocument,
    change(start, end, text) {
      const range = new Range(positionAt(start), positionAt(end));
      const old = lines.join('\n');
      lines = `${old.slice(0, start)}${text}${old.slice(end)}`.split(/\r\n|\r|\n/);
      version++;
      return { range, rangeOffset: start, text };
    },
  };
}
