import { pickMedian } from './statistics.ts';

/** What was found for one aim: the ratios of all rounds, and both sides' medians for the reader. */
export interface Finding {
  readonly id: string;
  readonly ratios: readonly number[];
  readonly ours: string;
  readonly theirs: string;
  readonly note?: string;
}

/** An aim that was not measured, and why. */
export interface Gap {
  readonly id: string;
  readonly reason: string;
}

export interface Section {
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** Figures without an aim. */
  readonly remarks: readonly string[];
}

export function section(parts: Partial<Section>): Section {
  return { findings: [], gaps: [], remarks: [], ...parts };
}

/** Divides round by round, so that drift of the machine cancels out. */
export function compare(
  id: string,
  ours: readonly number[],
  theirs: readonly number[],
  unit: string,
  note?: string,
): Finding {
  const print = (values: readonly number[]): string => printNumber(pickMedian(values)) + unit;
  return {
    id,
    ratios: ours.map((value, round) => value / (theirs[round] ?? Number.NaN)),
    ours: print(ours),
    theirs: print(theirs),
    ...(note === undefined ? {} : { note }),
  };
}

/** Three significant digits at least, thousands apart. */
export function printNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
