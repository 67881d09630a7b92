import { element } from './element.ts';

let region: HTMLElement | undefined;
let said = '';

/** Has a screen reader say a sentence when it is done with the one before. The same one is not said twice in a row. */
export function announce(sentence: string): void {
  if (sentence === said) return;
  said = sentence;
  if (region === undefined) {
    region = element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
    document.body.append(region);
  }
  region.textContent = sentence;
}
