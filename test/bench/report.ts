import { availableParallelism, cpus, release } from 'node:os';
import { AIMS, type Aim } from './aims.ts';
import { type Finding, type Gap, printNumber, type Section } from './findings.ts';
import { pickMedian } from './statistics.ts';

export type Standing = 'goal' | 'floor' | 'below';

function judgeRatio(aim: Aim, ratio: number): Standing {
  const reaches = (mark: number): boolean => (aim.better === 'higher' ? ratio >= mark : ratio <= mark);
  if (reaches(aim.goal)) return 'goal';
  return reaches(aim.floor) ? 'floor' : 'below';
}

export function describeMachine(): string {
  const { node, openssl } = process.versions;
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Node ${node}, OpenSSL ${openssl}, ${availableParallelism()} cores (${model}), ${process.platform} ${release()}`;
}

export function printSection(name: string, part: Section): string {
  const rows = part.findings.map(printFinding);
  const gaps = part.gaps.map(({ id, reason }) => `${id.padEnd(4)} not measured: ${reason}`);
  return [name, ...rows, ...gaps, ...part.remarks.map((remark) => `     ${remark}`), ''].join('\n');
}

function printFinding({ id, ratios, ours, theirs, note }: Finding): string {
  const aim = AIMS.find((candidate) => candidate.id === id);
  if (!aim) throw new Error(`no aim ${id}`);
  const middle = pickMedian(ratios);
  const range = `${printNumber(Math.min(...ratios))} to ${printNumber(Math.max(...ratios))}`;
  const marks = `floor ${aim.floor}, goal ${aim.goal}: ${judgeRatio(aim, middle).toUpperCase()}`;
  const sides = `${ours} : ${theirs}${note ? ` (${note})` : ''}`;
  return `${id.padEnd(4)} ${aim.ratio}\n     ${printNumber(middle)} (${range})   ${marks}   ${sides}`;
}

/** The same for a program: one JSON value. */
export function toJson(parts: readonly Section[]): unknown {
  const findings = parts.flatMap((part) => part.findings);
  const gaps: readonly Gap[] = parts.flatMap((part) => part.gaps);
  return {
    machine: describeMachine(),
    ratios: findings.map(({ id, ratios, ours, theirs, note }) => {
      const aim = AIMS.find((candidate) => candidate.id === id) as Aim;
      const ratio = pickMedian(ratios);
      return {
        ...aim,
        what: aim.ratio,
        ratio,
        ratios,
        standing: judgeRatio(aim, ratio),
        ours,
        theirs,
        note: note ?? null,
      };
    }),
    notMeasured: gaps,
    remarks: parts.flatMap((part) => part.remarks),
  };
}
