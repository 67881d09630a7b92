import { announce } from '../ui/announce.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { findNameAtCaret, insertName, type NameAtCaret, type Suggestion, suggestNames } from './complete-name.ts';

/**
 * Offers known names while one is typed into a JSON text: arrow keys choose, Enter or Tab take, Escape closes.
 * @param listKnown the names that are known at the moment
 */
export function offerNames(input: HTMLTextAreaElement, listKnown: () => readonly Suggestion[]): HTMLElement {
  const box = element('ul', {
    id: 'names',
    class: 'names',
    role: 'listbox',
    'aria-label': t('Known names'),
    hidden: true,
  });
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', 'names');
  let offered: readonly Suggestion[] = [];
  let place: NameAtCaret | null = null;
  let chosen = 0;

  const close = () => {
    offered = [];
    box.hidden = true;
    box.replaceChildren();
    input.removeAttribute('aria-activedescendant');
  };
  const mark = () => {
    for (const [index, option] of [...box.children].entries()) {
      option.setAttribute('aria-selected', String(index === chosen));
    }
    input.setAttribute('aria-activedescendant', `name-${chosen}`);
    box.children[chosen]?.scrollIntoView({ block: 'nearest' });
  };
  const take = (index: number) => {
    const suggestion = offered[index];
    if (!suggestion || !place) return;
    const { text, caret } = insertName(input.value, place, suggestion.name);
    input.value = text;
    input.setSelectionRange(caret, caret);
    close();
    input.dispatchEvent(new Event('input'));
  };
  const offer = () => {
    place = input.selectionStart === input.selectionEnd ? findNameAtCaret(input.value, input.selectionStart) : null;
    offered = place ? suggestNames(place.prefix, input.value, listKnown()) : [];
    if (offered.length === 0) return close();
    chosen = 0;
    box.replaceChildren(...offered.map((suggestion, index) => showOption(suggestion, index, () => take(index))));
    box.hidden = false;
    announce(t('{0} names fit', offered.length));
    mark();
  };
  input.addEventListener('input', (event) => {
    if (event instanceof InputEvent) offer();
    else close();
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (box.hidden) return;
    if (event.key === 'ArrowDown') chosen = (chosen + 1) % offered.length;
    else if (event.key === 'ArrowUp') chosen = (chosen + offered.length - 1) % offered.length;
    else if (event.key === 'Enter' || event.key === 'Tab') take(chosen);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (!box.hidden) mark();
  });
  return box;
}

function showOption({ name, meaning }: Suggestion, index: number, take: () => void): HTMLElement {
  const option = element(
    'li',
    { id: `name-${index}`, role: 'option', 'aria-selected': 'false' },
    element('code', {}, name),
    ' ',
    element('span', { class: 'faint' }, meaning),
  );
  // Before the press moves the focus, which would close the list.
  option.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    take();
  });
  return option;
}
