import { element } from '../ui/element.ts';

/** A labelled place of the form, with room for what is wrong with it. */
export interface Field {
  readonly node: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
  /** Says what is wrong; nothing is while the text is empty. */
  tell(fault: string): void;
}

export function createField<T extends Field['input']>(
  label: string,
  input: T,
  ...more: readonly Node[]
): Field & { readonly input: T } {
  const fault = element('p', { id: `${input.id}-fault`, class: 'fault', 'aria-live': 'polite' });
  const described = [input.getAttribute('aria-describedby'), fault.id].filter(Boolean).join(' ');
  input.setAttribute('aria-describedby', described);
  const node = element('div', { class: 'field' }, element('label', { for: input.id }, label), input, ...more, fault);
  return {
    node,
    input,
    tell(text) {
      if (fault.textContent === text) return;
      fault.textContent = text;
      input.setAttribute('aria-invalid', String(text !== ''));
    },
  };
}

export function createInput(id: string, value: string): HTMLInputElement {
  const input = element('input', { id, spellcheck: 'false', autocomplete: 'off' });
  input.value = value;
  return input;
}

/** Fills a choice anew where it has changed, and keeps what is chosen as long as it is offered. */
export function fillChoices(
  select: HTMLSelectElement,
  choices: readonly { readonly value: string; readonly label: string }[],
  chosen: string,
): void {
  const shown = JSON.stringify(choices);
  if (select.dataset.shown !== shown) {
    select.dataset.shown = shown;
    select.replaceChildren(...choices.map(({ value, label }) => element('option', { value }, label)));
  }
  select.value = choices.some(({ value }) => value === chosen) ? chosen : (choices[0]?.value ?? '');
}
