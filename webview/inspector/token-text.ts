import { dropSignature } from '../../daemon/token/drop-signature.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { copyButton } from '../ui/copy-button.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { followAttention, type Highlighter } from './highlight.ts';
import { namePart } from './part-names.ts';
import type { TokenView } from './read-token.ts';

export interface TokenText {
  readonly nodes: readonly Node[];
  readonly parts: readonly HTMLElement[];
  /** Where each part begins in the token. */
  readonly starts: readonly number[];
}

/** The token as it was written, its parts told apart by colour, underline and name. */
export function showTokenText({ decoded }: TokenView, copy: (text: string) => void): TokenText {
  const { compact } = decoded;
  const parts = decoded.parts.map((part, index) =>
    element(
      'span',
      { class: `part part-${index}`, 'data-part': String(index), title: namePart(part.name) },
      showSafely(compact.slice(part.start, part.end)),
    ),
  );
  const text = element('pre', { class: 'token', tabindex: '0', role: 'region', 'aria-label': t('Text of the token') });
  for (const [index, part] of parts.entries()) text.append(...(index === 0 ? [part] : ['.', part]));
  if (parts.length === 0) text.append(showSafely(compact.slice(0, 4_096)));
  const legend = element(
    'ul',
    { class: 'legend' },
    ...decoded.parts.map(({ name }, index) =>
      element('li', { 'data-part': String(index) }, element('span', { class: `part part-${index}` }, namePart(name))),
    ),
  );
  const actions = [copyButton(t('the token'), () => compact, copy)];
  if (decoded.kind === 'jws') {
    const label = t('Copy without signature');
    actions.push(copyButton(t('the token'), () => dropSignature(decoded) ?? '', copy, label));
  }
  const title = element('div', { class: 'row' }, element('h2', {}, t('Token')), ...actions);
  return { nodes: [title, legend, text], parts, starts: decoded.parts.map(({ start }) => start) };
}

/** Lights up the part that the pointer is on, in the text and below. */
export function followParts({ parts }: TokenText, highlighter: Highlighter): void {
  for (const [index, part] of parts.entries()) {
    followAttention(part, (isOn) => highlighter.lightPart(isOn ? index : null));
  }
}
