/** A binary min-heap that can also give up an item from its middle, so that nothing stale stays behind. */
export interface Heap<T> {
  readonly size: number;
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
  /** false when the item is not in the heap. */
  remove(item: T): boolean;
}

/** Makes a heap whose first item is the one that `isBefore` every other; an item is in it at most once. */
export function createHeap<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const places = new Map<T, number>();

  const put = (item: T, index: number): void => {
    items[index] = item;
    places.set(item, index);
  };

  const rise = (item: T, from: number): void => {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || !isBefore(item, parent)) break;
      put(parent, index);
      index = above;
    }
    put(item, index);
  };

  const sink = (item: T, from: number): void => {
    let index = from;
    for (;;) {
      const left = items[2 * index + 1];
      if (left === undefined) break;
      const right = items[2 * index + 2];
      const rightIsFirst = right !== undefined && isBefore(right, left);
      const child = rightIsFirst ? right : left;
      if (!isBefore(child, item)) break;
      put(child, index);
      index = 2 * index + (rightIsFirst ? 2 : 1);
    }
    put(item, index);
  };

  const remove = (item: T): boolean => {
    const index = places.get(item);
    if (index === undefined) return false;
    places.delete(item);
    const last = items.pop();
    if (last !== undefined && last !== item) {
      sink(last, index);
      if (items[index] === last) rise(last, index);
    }
    return true;
  };

  return {
    get size() {
      return items.length;
    },
    push(item) {
      items.push(item);
      rise(item, items.length - 1);
    },
    peek: () => items[0],
    pop() {
      const first = items[0];
      if (first !== undefined) remove(first);
      return first;
    },
    remove,
  };
}
