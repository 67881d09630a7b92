import { announce } from './announce.ts';
import { button } from './element.ts';
import { t } from './words.ts';

const SHOWN_MS = 1_500;

/** A small button that hands a text to the extension, which puts it on the clipboard. `what` names it for people. */
export function copyButton(
  what: string,
  read: () => string,
  copy: (text: string) => void,
  label = t('Copy'),
): HTMLButtonElement {
  const made = button(
    label,
    () => {
      copy(read());
      made.textContent = t('Copied');
      announce(t('{0} copied', what));
      setTimeout(() => {
        made.textContent = label;
      }, SHOWN_MS);
    },
    { class: 'quiet', 'aria-label': `${label}: ${what}`, title: `${label}: ${what}` },
  );
  return made;
}
