import { findAzureReason } from '../../azure-reason.ts';
import type { Job } from '../../job.ts';
import { listEntries, listItems, pick, readText } from '../yaml-access.ts';
import type { YamlEntry, YamlMapping, YamlTree } from '../yaml-tree.ts';
import { makeScalar } from './expression.ts';

/** Variables as expressions see them, by their names in lower case. */
export type AzureVariables = YamlMapping;

/** Of one job; what is more is not known. */
const MOST_VARIABLES = 2_000;

/**
 * Predefined variables that templates may ask for, too, as far as the job knows them
 * (Azure docs: "Predefined variables").
 * @param isBatched may several pushes start one run? Its reason is another one then.
 */
export function listAzureVariables(job: Job, isBatched: boolean): AzureVariables {
  const { ref, owner, repository } = job;
  const reason = findAzureReason(job);
  const known: Record<string, string> = {
    'Build.SourceBranch': ref,
    'Build.SourceBranchName': ref.slice(ref.lastIndexOf('/') + 1),
    'Build.SourceVersion': job.sha,
    'Build.Repository.Name': job.host === 'dev.azure.com' ? repository : `${owner}/${repository}`,
  };
  if (!(isBatched && reason === 'IndividualCI')) known['Build.Reason'] = reason;
  const entries = Object.entries(known).map(([name, text]) => [name.toLowerCase(), makeEntry(text)] as const);
  return { kind: 'mapping', entries: new Map(entries), line: 1, size: 1 };
}

function makeEntry(text: string): YamlEntry {
  return { line: 1, value: makeScalar(text) };
}

/** What `variables:` says, after what was known: a mapping, or a list of names and values. Groups are not known. */
export function addVariables(known: AzureVariables, tree: YamlTree | undefined): AzureVariables {
  if (tree === undefined) return known;
  const entries = new Map(known.entries);
  for (const [name, { value }] of listEntries(tree)) setVariable(entries, name, value);
  setVariables(entries, listItems(tree));
  return { ...known, entries };
}

/** Sets those of a list of names and values. */
export function setVariables(entries: Map<string, YamlEntry>, items: readonly YamlTree[]): void {
  for (const item of items) {
    const name = readText(pick(item, 'name'));
    if (name !== undefined) setVariable(entries, name, pick(item, 'value'));
  }
}

function setVariable(entries: Map<string, YamlEntry>, name: string, value: YamlTree | undefined): void {
  const lower = name.toLowerCase();
  if (entries.size < MOST_VARIABLES || entries.has(lower)) entries.set(lower, makeEntry(readText(value) ?? ''));
}

const DEEPEST = 10;
const LONGEST = 4_096;

const NO_ROW: ReadonlyMap<string, string> = new Map();

/**
 * Fills in `$(NAME)`. One that is not known, or that only a run knows, stays as it is written.
 * @param row variables that go before the others, by their names in lower case
 */
export function fillMacros(text: string, { entries }: AzureVariables, row = NO_ROW): string {
  let filled = text;
  for (let pass = 0; pass < DEEPEST && filled.length <= LONGEST; pass += 1) {
    const next = filled.replace(/\$\(([\w.]+)\)/g, (source, name: string) => {
      const lower = name.toLowerCase();
      const value = row.get(lower) ?? readText(entries.get(lower)?.value);
      return value === undefined || /\$\[|\$\{\{/.test(value) ? source : value;
    });
    if (next === filled) return filled;
    filled = next;
  }
  return filled.length > LONGEST ? text : filled;
}
