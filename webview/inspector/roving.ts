/**
 * Makes a list of elements one stop of the Tab key, with the arrow keys, Home and End inside (WAI-ARIA APG, roving
 * tabindex). `select` finds the elements, in their order on the page.
 */
export function roveFocus(container: HTMLElement, select: string): void {
  const stops = () => [...container.querySelectorAll<HTMLElement>(select)];
  const choose = (chosen: HTMLElement) => {
    for (const stop of stops()) stop.tabIndex = stop === chosen ? 0 : -1;
  };
  const [first] = stops();
  if (first) choose(first);
  container.addEventListener('focusin', ({ target }) => {
    const stop = target instanceof Element ? target.closest<HTMLElement>(select) : null;
    if (stop) choose(stop);
  });
  container.addEventListener('keydown', (event) => {
    const all = stops();
    const at = event.target instanceof HTMLElement ? all.indexOf(event.target) : -1;
    const next = at < 0 ? undefined : all[findNext(event.key, at, all.length)];
    if (next === undefined || next === event.target) return;
    event.preventDefault();
    next.focus();
  });
}

function findNext(key: string, at: number, count: number): number {
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1);
  if (key === 'ArrowUp') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : at;
}
