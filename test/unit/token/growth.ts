/**
 * How many times longer `work` takes on 16 times the text: about 16 when it is linear, 256 when it is quadratic. The
 * best of three runs counts, and spans too short to measure count as a millisecond.
 */
export function measureGrowth(piece: string, work: (text: string) => unknown): number {
  const measure = (size: number) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    const spans = [1, 2, 3].map(() => {
      const start = performance.now();
      work(text);
      return performance.now() - start;
    });
    return Math.max(Math.min(...spans), 1);
  };
  measure(100_000);
  return measure(3_200_000) / measure(200_000);
}
