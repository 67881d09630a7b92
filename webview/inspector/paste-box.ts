import { MAX_DECODE_LENGTH } from '../../daemon/token/decode.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';

/** Takes another token. What is typed stays in the page until the button is pressed. */
export function showPasteBox(isOpen: boolean, inspect: (token: string) => void): HTMLElement {
  const input = element('textarea', {
    id: 'paste',
    rows: '4',
    spellcheck: 'false',
    autocomplete: 'off',
    maxlength: String(MAX_DECODE_LENGTH + 1),
  });
  const form = element(
    'form',
    {},
    element('label', { for: 'paste' }, t('Token to inspect')),
    input,
    element('div', { class: 'row actions' }, element('button', { type: 'submit' }, t('Inspect'))),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim() !== '') inspect(input.value);
  });
  return element('details', { open: isOpen }, element('summary', {}, t('Inspect another token')), form);
}
