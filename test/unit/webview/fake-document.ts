import { onTestFinished, vi } from 'vitest';

/** As much of an element as the pages' small parts use: texts, attributes, children and listeners. */
export interface FakeElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: FakeElement[];
  parent: FakeElement | undefined;
  textContent: string;
  setAttribute(name: string, value: string): void;
  append(...children: (FakeElement | string)[]): void;
  remove(): void;
  addEventListener(event: string, listen: () => void): void;
  press(): void;
  /** The first of this kind within. */
  find(tag: string): FakeElement | undefined;
}

function makeElement(tag: string, text = ''): FakeElement {
  const attributes = new Map<string, string>();
  const children: FakeElement[] = [];
  const listeners: (() => void)[] = [];
  let own = text;
  const made: FakeElement = {
    tag,
    attributes,
    children,
    parent: undefined,
    get textContent() {
      return own + children.map(({ textContent }) => textContent).join('');
    },
    set textContent(next) {
      children.length = 0;
      own = next;
    },
    setAttribute: (name, value) => attributes.set(name, value),
    append(...added) {
      for (const child of added) {
        const node = typeof child === 'string' ? makeElement('#text', child) : child;
        node.parent = made;
        children.push(node);
      }
    },
    remove() {
      const siblings = made.parent?.children ?? [];
      siblings.splice(siblings.indexOf(made), 1);
    },
    addEventListener: (_, listen) => listeners.push(listen),
    press() {
      for (const listen of listeners) listen();
    },
    find(wanted) {
      for (const child of children) {
        const found = child.tag === wanted ? child : child.find(wanted);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
  return made;
}

/** Lets the test that runs make elements. */
export function useFakeDocument(): void {
  vi.stubGlobal('document', { createElement: (tag: string) => makeElement(tag), body: makeElement('body') });
  onTestFinished(() => void vi.unstubAllGlobals());
}
