/**
 * Makes a trigger for `work` that never runs it twice at once: what is asked for while it runs is done once more, after
 * it. Failures go to `report`.
 */
export function coalesce(work: () => Promise<void>, report: (error: unknown) => void): () => void {
  let running = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    running = true;
    while (wanted) {
      wanted = false;
      await work().catch(report);
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}
