import type { Destination } from '../protocol.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';

/** Where the token goes once it is minted. */
export function createDestinations(chosen: Destination): { node: HTMLElement; read: () => Destination } {
  const words: Readonly<Record<Destination, string>> = {
    editor: t('Open in a new editor'),
    clipboard: t('Copy to the clipboard'),
    file: t('Save to a file…'),
  };
  const radios = (['editor', 'clipboard', 'file'] as const).map((name) => {
    const radio = element('input', { type: 'radio', name: 'destination', id: `to-${name}`, value: name });
    radio.checked = name === chosen;
    return { name, radio };
  });
  const node = element(
    'fieldset',
    {},
    element('legend', {}, t('What happens to the token')),
    ...radios.map(({ name, radio }) =>
      element('div', { class: 'row' }, radio, element('label', { for: `to-${name}` }, words[name])),
    ),
  );
  return { node, read: () => radios.find(({ radio }) => radio.checked)?.name ?? 'editor' };
}
