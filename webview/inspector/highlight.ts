import type { Span } from './locate-spans.ts';

const NAME = 'mintmark-carried';

/** Ties the text of a token to what it says: pointing at one lights up the other. */
export interface Highlighter {
  /** Lights up the stretch of the token that carries something; null puts it out. */
  readonly lightText: (span: Span | null) => void;
  readonly lightPart: (index: number | null) => void;
}

/** `textParts` are the parts of the token in its text, `root` holds what is marked with `data-part`. */
export function createHighlighter(
  root: HTMLElement,
  textParts: readonly HTMLElement[],
  starts: readonly number[],
): Highlighter {
  const lightText = (span: Span | null) => {
    CSS.highlights.delete(NAME);
    if (span === null) return;
    const index = starts.findLastIndex((start) => start <= span.start);
    const node = textParts[index]?.firstChild;
    const start = starts[index];
    if (!(node instanceof Text) || start === undefined || span.end - start > node.length) return;
    const range = new Range();
    range.setStart(node, span.start - start);
    range.setEnd(node, span.end - start);
    CSS.highlights.set(NAME, new Highlight(range));
  };
  const lightPart = (index: number | null) => {
    for (const marked of root.querySelectorAll('[data-part]')) {
      marked.classList.toggle('lit', marked.getAttribute('data-part') === String(index));
    }
  };
  return { lightText, lightPart };
}

/** Calls `light` while the pointer or the focus is on `node`. */
export function followAttention(node: HTMLElement, light: (isOn: boolean) => void): void {
  for (const type of ['pointerenter', 'focusin']) node.addEventListener(type, () => light(true));
  for (const type of ['pointerleave', 'focusout']) node.addEventListener(type, () => light(false));
}
