import { type Findings, noteUnknown } from '../findings.ts';
import { type ChosenRow, chooseRow, MOST_ROWS, takeAskedRow } from '../matrix.ts';
import { listEntries, pick, readText } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/** The variable that says which row a job is of (Azure docs: "Predefined variables", `Agent.JobName`). */
const NAME = 'Agent.JobName';

/** The matrix of a job: its rows are variables, and the name of the row is one of them. */
export interface AzureMatrix extends ChosenRow {
  /** Of the chosen row; null: there is none, or nobody here knows it. */
  readonly name: string | null;
}

/**
 * Reads `strategy: matrix` of a job (Azure docs: "jobs.job.strategy definition"). Where an expression makes it that only
 * a run evaluates, the row that was asked for is taken as one of its rows.
 */
export function readAzureMatrix(
  job: YamlTree,
  asked: Readonly<Record<string, string>>,
  place: { readonly where: string; readonly findings: Findings },
): AzureMatrix {
  const tree = pick(pick(job, 'strategy'), 'matrix');
  const computed = readText(tree);
  if (computed !== undefined) {
    const taken = takeAskedRow(asked);
    if (taken.row === null) noteUnknown(place.findings, computed, `${place.where}.strategy.matrix`, null);
    return nameRow(taken);
  }
  const rows = listEntries(tree)
    .slice(0, MOST_ROWS)
    .map(([name, { value }]) => ({
      [NAME]: name,
      ...Object.fromEntries(listEntries(value).map(([variable, one]) => [variable, readText(one.value) ?? ''])),
    }));
  // Variables are called without regard to case.
  const names = new Map(rows.flatMap((row) => Object.keys(row)).map((name) => [name.toLowerCase(), name]));
  const wanted = Object.entries(asked).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]);
  return nameRow(chooseRow(rows, Object.fromEntries(wanted)));
}

function nameRow(chosen: ChosenRow): AzureMatrix {
  const own = Object.entries(chosen.row ?? {}).find(([name]) => name.toLowerCase() === NAME.toLowerCase());
  return { ...chosen, name: own?.[1] ?? null };
}

/** The variables of a row by their names in lower case, as `fillMacros` takes them. */
export function listRowVariables(row: ChosenRow['row']): ReadonlyMap<string, string> {
  const own = Object.entries(row ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const name = own.find(([variable]) => variable === NAME.toLowerCase())?.[1];
  return new Map([...own, ...(name === undefined ? [] : [['system.jobname', name] as const])]);
}
