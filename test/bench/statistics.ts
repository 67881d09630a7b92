/** The value below which `share` (0..1) of `values` lie; NaN without values. */
export function pickPercentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function pickMedian(values: readonly number[]): number {
  return pickPercentile(values, 0.5);
}
