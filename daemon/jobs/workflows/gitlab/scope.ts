import type { Job } from '../../job.ts';
import type { KnownVariables } from '../variables.ts';
import { listEntries, pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlEntry, YamlTree } from '../yaml-tree.ts';
import { nameReference } from './references.ts';
import { isPersisted, type JobSeed, listPipelineVariables, lookUpSeed } from './variables.ts';

/** What `variables:` of a rule, a job or a file sets, by name; null: nobody here knows to what. */
export type SetVariables = ReadonlyMap<string, string | null>;

export const SETS_NOTHING: SetVariables = new Map();

/** Texts and `value:`s of a mapping of variables; others are none. */
export function readVariables(tree: YamlTree | undefined): SetVariables {
  const read = new Map<string, string | null>();
  for (const [name, { value }] of listEntries(tree)) {
    const said = readVariable(value);
    if (said !== undefined) read.set(name, said);
  }
  return read;
}

/** null: it is in another file. */
function readVariable(tree: YamlTree): string | null | undefined {
  return readText(tree) ?? readText(pick(tree, 'value')) ?? (nameReference(tree) === undefined ? undefined : null);
}

/** The same, read when somebody asks: there may be many, for many jobs. */
function lookUpVariables(tree: YamlTree | undefined): Pick<SetVariables, 'get'> {
  const entries = tree?.kind === 'mapping' ? tree.entries : new Map<string, YamlEntry>();
  return {
    get: (name) => {
      const entry = entries.get(name);
      return entry === undefined ? undefined : readVariable(entry.value);
    },
  };
}

/**
 * What rules set any of which may be the one that decides; null: they differ in it. One that says nothing of a name
 * leaves it as it is.
 */
export function agreeOn(candidates: readonly SetVariables[], known: KnownVariables): SetVariables {
  const said = new Map<string, { readonly value: string | null; readonly times: number }>();
  for (const [name, value] of candidates.flatMap((one) => [...one])) {
    const before = said.get(name);
    const isSame = before === undefined || before.value === value;
    said.set(name, { value: isSame ? value : null, times: (before?.times ?? 0) + 1 });
  }
  return new Map(
    [...said].map(([name, { value, times }]) => {
      const isEverywhere = times === candidates.length || known.get(name) === value;
      return [name, isEverywhere ? value : null];
    }),
  );
}

/** What the whole file knows, without a job: predefined variables, and its own. */
export function listFileVariables(root: YamlTree, situation: Job): KnownVariables {
  const predefined = listPipelineVariables(situation);
  return layVariables(predefined, predefined, lookUpVariables(pick(root, 'variables')));
}

export interface JobScope {
  /** What all jobs know. */
  readonly ofPipeline: KnownVariables;
  readonly seed: JobSeed;
  readonly row: Readonly<Record<string, string>> | null;
  /** Of the file, those of the workflow's rule over them. */
  readonly ofFile: SetVariables;
}

/**
 * What a job knows (`Gitlab::Ci::Pipeline::Seed::Build`): predefined variables, those of the file as far as
 * `inherit: variables` has them, and the job's own.
 */
export function listJobVariables(scope: JobScope, job: YamlTree): KnownVariables {
  const { row, ofFile } = scope;
  const predefined = listPredefined(scope);
  const inherited = inherit(ofFile, pick(pick(job, 'inherit'), 'variables'));
  const ofRow = new Map(Object.entries(row ?? {}));
  const ofFileAndJob = layVariables(
    predefined,
    layVariables(predefined, predefined, inherited),
    lookUpVariables(pick(job, 'variables')),
  );
  return layVariables(predefined, ofFileAndJob, ofRow);
}

/** Those of the job, and of its pipeline. */
function listPredefined({ ofPipeline, seed }: JobScope): KnownVariables {
  const ofJob = lookUpSeed(seed);
  return { get: (name) => ofJob.get(name) ?? ofPipeline.get(name) };
}

/** The same where GitLab fills in a text: what is not stored yet is empty there. @param asked takes such names */
export function emptyPersisted(known: KnownVariables, asked: Set<string>): KnownVariables {
  return {
    get: (name) => {
      const value = known.get(name);
      if (value !== undefined || !isPersisted(name)) return value;
      asked.add(name);
      return '';
    },
  };
}

function inherit(ofFile: SetVariables, rule: YamlTree | undefined): Pick<SetVariables, 'get'> {
  if (rule?.kind !== 'list') return readText(rule) === 'false' ? SETS_NOTHING : ofFile;
  const wanted = new Set(readTexts(rule));
  return { get: (name) => (wanted.has(name) ? ofFile.get(name) : undefined) };
}

/** What the rule that has the job run sets goes before everything else of the file. */
export function addRuleVariables(
  scope: JobScope,
  known: KnownVariables,
  ofRule: SetVariables = SETS_NOTHING,
): KnownVariables {
  return layVariables(listPredefined(scope), known, ofRule);
}

/** In one that stands for itself it is what is predefined: of several of the file the last one alone is there. */
function layVariables(
  predefined: KnownVariables,
  below: KnownVariables,
  above: Pick<SetVariables, 'get'>,
): KnownVariables {
  return {
    get: (name) => {
      const value = above.get(name);
      if (value === undefined) return below.get(name);
      return mayStandForItself(value) ? fillItself(value, name, predefined.get(name)) : (value ?? undefined);
    },
  };
}

/** A longer one is not looked into each time that somebody asks: where it stands for itself it has no end, and is named. */
const LONGEST_LOOKED_INTO = 512;

function mayStandForItself(value: string | null): value is string {
  return value !== null && value.length <= LONGEST_LOOKED_INTO && value.includes('$');
}

/** undefined: it stands for itself, and nobody here knows what that is. */
function fillItself(value: string, name: string, itself: string | undefined): string | undefined {
  let isOpen = false;
  const filled = value.replace(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (source, braced?: string, bare?: string) => {
    if ((braced ?? bare) !== name) return source;
    isOpen ||= itself === undefined;
    return itself ?? source;
  });
  return isOpen ? undefined : filled;
}
