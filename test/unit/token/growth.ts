/**
 * How many times more processor time `work` takes on 16 times the text: about 16 when it is linear, 256 when it is
 * quadratic. It is the thread's own time, so a busy machine does not count; the best of three runs does, and spans too
 * short to measure count as a millisecond.
 */
export function measureGrowth(piece: string, work: (text: string) => unknown): number {
  const measure = (size: number) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    const spans = [1, 2, 3].map(() => {
      const start = process.threadCpuUsage();
      work(text);
      const { user, system } = process.threadCpuUsage(start);
      return (user + system) / 1_000;
    });
    return Math.max(Math.min(...spans), 1);
  };
  measure(100_000);
  return measure(3_200_000) / measure(200_000);
}
