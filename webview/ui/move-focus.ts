/**
 * Moves the focus to another element of a page that has it. To one that has not it would come from the editor: a list
 * that a person is choosing from closes then.
 */
export function moveFocus(target: Pick<HTMLElement, 'focus'>): void {
  if (document.hasFocus()) target.focus();
}
