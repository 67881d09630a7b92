import { MintmarkError } from '../../../problem.ts';
import { NOT_THERE } from '../../workflow-file.ts';
import type { WorkflowReading } from '../../workflow-job.ts';
import { type Findings, leaveOut, noteUnknown, startFindings, warn } from '../findings.ts';
import { fillVariables } from '../variables.ts';
import { listEntries, listItems, pick, readText, readTexts, toJson } from '../yaml-access.ts';
import { countPossibleNodes, parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { declaresElsewhere, type FilledFile, fillInputs, type GivenInputs, restoreBlocks } from './inputs.ts';
import { MOST_REFERENCED, nameReference, resolveReferences } from './references.ts';
import { judgeRules } from './rules.ts';
import { listFileVariables } from './scope.ts';
import { type GrowthBudget, mergeTrees } from './templates.ts';
import { listPipelineVariables } from './variables.ts';
import { isWildcard, matchesWildcard, toPathspec } from './wildcards.ts';

/** As many as GitLab takes by default. */
const MOST_INCLUDES = 150;
const DEEPEST = 10;
/** Of all included files together: reading them takes no longer than reading one that is as large as one may be. */
const MOST_NODES = 60_000;
/** The same of their texts, of which one with other inputs is another: as much as GitLab reads of one file. */
const MOST_CHARACTERS = 2 * 1024 * 1024;
const YAML_NAME = /.\.ya?ml$/i;
const MOST_NAMES = 20;
const LONGEST_NAME = 200;

/** A file with what it includes of its repository. */
export interface WholeFile {
  readonly root: YamlTree;
  /** What it includes besides: nobody here knows what is in it. */
  readonly elsewhere: readonly string[];
  /** What holds for all of its jobs. */
  readonly findings: Findings;
}

interface Including {
  readonly reading: WorkflowReading;
  readonly elsewhere: Set<string>;
  readonly findings: Findings;
  readonly budget: GrowthBudget;
  readonly references: GrowthBudget;
  /** Files by path and inputs, parsed once: what is in them stands at the line that includes them first. */
  readonly parsed: Map<string, YamlTree>;
  left: number;
  nodesLeft: number;
  charactersLeft: number;
}

/** Files that include each other, the outermost first; none for the file itself. */
type Chain = readonly string[];

/**
 * A file together with the local files that it includes (GitLab docs: "Use CI/CD configuration from other files"): they
 * are merged in their order, mapping by mapping, and the file itself goes before them. Files of other projects,
 * templates and components are not read, but named.
 * @throws MintmarkError `invalid_request` for an included file that is no YAML or no mapping
 */
export async function readIncludes(reading: WorkflowReading, tree: YamlTree): Promise<WholeFile> {
  const including: Including = {
    reading,
    elsewhere: new Set(),
    findings: startFindings(),
    budget: { path: reading.file.path, budget: { left: 300_000 } },
    references: { path: reading.file.path, budget: { left: MOST_REFERENCED } },
    parsed: new Map(),
    left: MOST_INCLUDES,
    nodesLeft: MOST_NODES,
    charactersLeft: MOST_CHARACTERS,
  };
  const root = resolveReferences(including.references, await mergeIncludes(including, tree, []));
  return { root, elsewhere: [...including.elsewhere], findings: including.findings };
}

/** Names what is elsewhere, where it matters to a job. */
export function noteElsewhere(findings: Findings, elsewhere: readonly string[]): void {
  for (const what of elsewhere) noteUnknown(findings, what, 'include', null);
}

/** The same where a job has what it needs: what is included may still have more for it. */
export function warnOfElsewhere(findings: Findings, elsewhere: readonly string[]): void {
  for (const what of elsewhere) {
    // Why a file of the repository is not read was said where that was found.
    const isTold = findings.warnings.some((told) => told.startsWith(`include: ${what.replace(/^local /, '')} `));
    if (!isTold) warn(findings, `include: not read: ${what}, which may change the job`);
  }
}

async function mergeIncludes(including: Including, tree: YamlTree, chain: Chain): Promise<YamlTree> {
  const include = pick(tree, 'include');
  const items = include?.kind === 'list' ? listItems(include) : include === undefined ? [] : [include];
  let below: YamlTree = { kind: 'mapping', entries: new Map(), line: tree.line, size: 1 };
  if (items.length > MOST_INCLUDES) nameElsewhere(including.elsewhere, `more than ${MOST_INCLUDES} files`);
  for (const item of items.slice(0, MOST_INCLUDES)) {
    const paths = isWanted(including, tree, item) ? await chooseLocals(including, item, chain) : [];
    for (const path of paths) {
      const found = await readLocal(including, { path, inputs: pick(item, 'inputs'), line: item.line }, chain);
      if (found !== null) below = mergeTrees(including.budget, below, found);
    }
  }
  return mergeTrees(including.budget, below, tree);
}

/** `rules` of an include: only variables and predefined ones count, as there is no job yet. */
function isWanted({ reading, elsewhere, findings, references }: Including, root: YamlTree, item: YamlTree): boolean {
  const rules = pick(item, 'rules');
  if (rules === undefined) return true;
  const { situation } = reading;
  const known = listFileVariables(root, situation);
  const place = { root, where: 'include', situation, findings, known, budget: { left: 10_000 } };
  const verdict = judgeRules(place, resolveReferences(references, root, rules), undefined);
  if (verdict === null) return true;
  if (verdict.when === null) nameElsewhere(elsewhere, `${nameInclude(item)} by rules that are not decided`);
  return verdict.when !== null && verdict.when !== 'never';
}

/** The paths below the root of local files; none for what is not read here, which is named. */
async function chooseLocals(including: Including, item: YamlTree, chain: Chain): Promise<readonly string[]> {
  const text = readText(item);
  const local = text === undefined ? readText(pick(item, 'local')) : /^https?:/i.test(text) ? undefined : text;
  const path = local === undefined ? undefined : fillPath(including, local).replace(/^\/+/, '');
  const isPath =
    path !== undefined &&
    /^[^$\\]+$/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (isPath && path.includes('*')) return findMatches(including, path, chain);
  if (isPath && YAML_NAME.test(path)) return [path];
  nameElsewhere(including.elsewhere, nameInclude(item));
  return [];
}

/** Only what all jobs know counts: the file is not read yet. A path stays as it is where one of them is not known. */
function fillPath({ reading }: Including, path: string): string {
  if (!path.includes('$')) return path;
  const findings = startFindings();
  const known = listPipelineVariables(reading.situation);
  const filled = fillVariables(path, { known, where: 'include', findings, budget: { left: 100 } });
  return findings.unknowns.length === 0 ? filled : path;
}

/** Files that a pattern matches, as they are in the repository. A file that has the pattern is none of them. */
async function findMatches(including: Including, pattern: string, chain: Chain): Promise<readonly string[]> {
  const { reading, elsewhere, findings } = including;
  const listed = isWildcard(pattern) ? await reading.listSiblings(toPathspec(pattern)) : null;
  if (listed === null) {
    nameElsewhere(elsewhere, `local ${pattern}`);
    return [];
  }
  const paths: string[] = [];
  for (const path of listed) {
    if (path === chain.at(-1) || !matchesWildcard(pattern, path)) continue;
    // One that git has may be deleted, but not yet so for git.
    if (!YAML_NAME.test(path)) leaveOut(findings, `include: ${path} is no YAML file, so there is no pipeline`);
    else if ((await reading.readSibling(path)) !== NOT_THERE) paths.push(path);
    if (paths.length > including.left) break;
  }
  if (paths.length === 0) warn(findings, `include: ${pattern} matches no file that git has or would take`);
  const newer = paths.find((path) => !matchesWildcard(pattern, path, true));
  if (newer !== undefined) {
    warn(findings, `include: an older GitLab does not take ${newer} for ${pattern}: ** was one directory at least`);
  }
  return paths;
}

/** One local file of an include, and the inputs that it gives. */
interface LocalFile {
  readonly path: string;
  readonly inputs: YamlTree | undefined;
  readonly line: number;
}

async function readLocal(including: Including, local: LocalFile, chain: Chain): Promise<YamlTree | null> {
  const { reading, elsewhere, findings, parsed } = including;
  const { path } = local;
  if (chain.includes(path)) {
    const way = [...chain.slice(chain.indexOf(path)), path].join(' → ');
    leaveOut(findings, `include: ${way} goes round in a circle, so there is no pipeline`);
    return null;
  }
  const refuse = (reason: string): null => {
    nameElsewhere(elsewhere, `local ${path}`);
    warn(findings, `include: ${path} is not read: ${reason}`);
    return null;
  };
  including.left -= 1;
  if (including.left < 0 || chain.length >= DEEPEST) {
    return refuse(`there are more than ${MOST_INCLUDES}, or deeper ones than ${DEEPEST}`);
  }
  const given = readGiven(local.inputs, chain.at(-1) ?? reading.file.path);
  const key = JSON.stringify([path, given.said, given.open]);
  const known = parsed.get(key);
  if (known !== undefined) return mergeIncludes(including, known, [...chain, path]);
  const sibling = await reading.readSibling(path);
  if (sibling.text === null) {
    const isCertain = sibling.absence === NOT_THERE.absence;
    if (isCertain) leaveOut(findings, `include: ${path} ${sibling.absence}, so there is no pipeline`);
    else warn(findings, `include: ${path} ${sibling.absence}`);
    if (!isCertain) nameElsewhere(elsewhere, `local ${path}`);
    return null;
  }
  if (!spendOnText(including, sibling.text)) return refuse(TOO_MUCH);
  if (declaresElsewhere(path, sibling.text)) return refuse('its inputs are declared in other files (spec:include)');
  const filled = fillIncluded(including, local, sibling.text, given);
  if (filled === null) return null;
  if (!spendOnText(including, filled.text, sibling.text)) return refuse(TOO_MUCH);
  const parsedText = parseYaml(path, filled.text, { mergeKeys: true, header: true, placedAt: local.line });
  if (parsedText === null) return null;
  const tree = restoreBlocks(parsedText, filled.left);
  if (tree.kind !== 'mapping') throw refuseFile(path, 1, 'it is no mapping');
  parsed.set(key, tree);
  return mergeIncludes(including, tree, [...chain, path]);
}

/** May the text be read, after what was spent on it `before` it was filled in? */
function spendOnText(including: Including, text: string, before = ''): boolean {
  including.nodesLeft -= Math.max(countPossibleNodes(text) - countPossibleNodes(before), 0);
  including.charactersLeft -= Math.max(text.length - before.length, 0);
  return including.nodesLeft >= 0 && including.charactersLeft >= 0;
}

const TOO_MUCH = 'there is too much in all included files together';

/** What `inputs` of an include says: one that is made of an input that nobody here knows is not known either. */
function readGiven(inputs: YamlTree | undefined, includedBy: string): Required<GivenInputs> {
  const said = new Map<string, string>();
  const open: string[] = [];
  for (const [name, { value }] of listEntries(inputs)) {
    const text = readText(value) ?? (value.kind === 'scalar' ? undefined : JSON.stringify(toJson(value)));
    if (text === undefined) continue;
    if (text.includes('$[[') || nameReference(value) !== undefined) open.push(name);
    else said.set(name, text);
  }
  return { said: Object.fromEntries(said), open, includedBy };
}

/** The text of a file with its inputs, before it is YAML; null: GitLab refuses what it is given. */
function fillIncluded(including: Including, { path }: LocalFile, text: string, given: GivenInputs): FilledFile | null {
  try {
    return fillInputs(path, text, given);
  } catch (error) {
    if (!(error instanceof MintmarkError)) throw error;
    leaveOut(including.findings, `include: ${path}: ${error.message}, so there is no pipeline`);
    return null;
  }
}

/** One that has more, or longer ones, is told enough. */
function nameElsewhere(elsewhere: Set<string>, name: string): void {
  if (elsewhere.size < MOST_NAMES) elsewhere.add(name.slice(0, LONGEST_NAME));
}

function nameInclude(item: YamlTree): string {
  const text = readText(item);
  if (text !== undefined) return /^https?:/i.test(text) ? `remote ${text}` : `local ${text}`;
  const file = readTexts(pick(item, 'file')).join(', ');
  for (const kind of ['local', 'project', 'remote', 'template', 'component']) {
    const said = readText(pick(item, kind));
    if (said !== undefined) return [kind, said, ...(file === '' ? [] : [file])].join(' ');
  }
  return 'something of another kind';
}
