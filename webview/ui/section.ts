/** A place on the page that is made anew only when what it shows has changed: focus, scroll and selection stay. */
export interface Section {
  readonly node: HTMLElement;
  /** `key` stands for everything that `build` reads. */
  show(key: unknown, build: () => readonly (Node | null)[]): void;
}

export function createSection(node: HTMLElement): Section {
  let shown: string | undefined;
  return {
    node,
    show(key, build) {
      const next = JSON.stringify(key);
      if (next === shown) return;
      shown = next;
      node.replaceChildren(...build().filter((child) => child !== null));
      node.hidden = node.childNodes.length === 0;
    },
  };
}
