import { showSafely } from '../../daemon/token/safe-text.ts';
import { button, element } from './element.ts';
import { indentJson } from './json-text.ts';
import { t } from './words.ts';

/** Characters of a value that are shown before somebody asks for the rest. */
const SHOWN = 600;

/** Text that came from a token, in lines: what does not show as itself is spelt out. */
export function showLines(text: string): string {
  return text.split('\n').map(showSafely).join('\n');
}

/** A JSON value as it was written, coloured by its kind and cut when it is very long. */
export function showValue(raw: string): HTMLElement {
  const kind = nameKind(raw);
  const full = kind === 'structure' ? showLines(indentJson(raw)) : showSafely(raw);
  const node = element('code', { class: `value value-${kind}` });
  if (full.length <= SHOWN) {
    node.textContent = full;
    return node;
  }
  node.textContent = `${full.slice(0, SHOWN)}…`;
  const more = button(
    t('Show all {0} characters', full.length),
    () => {
      node.textContent = full;
      more.remove();
    },
    { class: 'quiet' },
  );
  return element('div', {}, node, more);
}

function nameKind(raw: string): 'text' | 'number' | 'word' | 'structure' {
  if (raw.startsWith('"')) return 'text';
  if (raw.startsWith('{') || raw.startsWith('[')) return 'structure';
  return /^[-\d]/.test(raw) ? 'number' : 'word';
}
