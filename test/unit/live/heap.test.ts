import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from '../../../daemon/live/heap.ts';

interface Item {
  readonly rank: number;
}

test('a heap gives its items back in order, whatever was pushed and removed before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.boolean())), fc.nat(), (entries, seed) => {
      const heap = createHeap<Item>((a, b) => a.rank < b.rank);
      const items = entries.map(([rank]) => ({ rank }));
      for (const item of items) heap.push(item);
      const kept = items.filter((item, index) => {
        const leaves = entries[(index + seed) % entries.length]?.[1] === true;
        if (leaves) expect(heap.remove(item)).toBe(true);
        return !leaves;
      });
      expect(heap.size).toBe(kept.length);
      const popped: number[] = [];
      for (let item = heap.pop(); item !== undefined; item = heap.pop()) popped.push(item.rank);
      expect(popped).toEqual(kept.map((item) => item.rank).sort((a, b) => a - b));
    }),
  );
});

test('an item that is not in the heap cannot be removed from it', () => {
  const heap = createHeap<Item>((a, b) => a.rank < b.rank);
  const item = { rank: 1 };
  heap.push(item);
  heap.pop();
  expect(heap.remove(item)).toBe(false);
  expect(heap.peek()).toBeUndefined();
});
