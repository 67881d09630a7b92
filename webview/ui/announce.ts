import { element } from './element.ts';

/** There from the beginning: screen readers do not hear a region that comes with its first sentence in it. */
const region = element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
let said = '';

document.body.append(region);

/** Has a screen reader say a sentence when it is done with the one before. The same one is not said twice in a row. */
export function announce(sentence: string): void {
  if (sentence === said) return;
  said = sentence;
  region.textContent = sentence;
}
