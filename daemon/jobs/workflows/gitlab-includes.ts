import { NOT_THERE } from '../workflow-file.ts';
import type { WorkflowReading } from '../workflow-job.ts';
import { type Findings, leaveOut, noteUnknown, startFindings, warn } from './findings.ts';
import { judgeRules } from './gitlab-rules.ts';
import { type GrowthBudget, mergeTrees } from './gitlab-templates.ts';
import { listGitlabVariables } from './gitlab-variables.ts';
import { listEntries, listItems, pick, readText, readTexts, requireMapping } from './yaml-access.ts';
import { parseYaml, type YamlEntry, type YamlTree } from './yaml-tree.ts';

/** GitLab takes 150 by default; this is one file's part of the daemon's time. */
const MOST_INCLUDES = 50;
const DEEPEST = 10;
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
  /** Files by path, parsed once. */
  readonly parsed: Map<string, YamlTree>;
  /** What of them was placed at a line: a file that is included again is not copied again. */
  readonly placed: Map<number, Map<YamlTree, YamlTree>>;
  left: number;
}

/**
 * A file together with the local files that it includes (GitLab docs: "Use CI/CD configuration from other files"): they
 * are merged in their order, mapping by mapping, and the file itself goes before them. Files of other projects, templates,
 * components, patterns of paths and files with inputs are not read, but named.
 * @throws MintmarkError `invalid_request` for an included file that is no YAML or no mapping
 */
export async function readIncludes(reading: WorkflowReading, tree: YamlTree): Promise<WholeFile> {
  const including: Including = {
    reading,
    elsewhere: new Set(),
    findings: startFindings(),
    budget: { path: reading.file.path, budget: { left: 300_000 } },
    parsed: new Map(),
    placed: new Map(),
    left: MOST_INCLUDES,
  };
  const root = await mergeIncludes(including, tree, 0);
  return { root, elsewhere: [...including.elsewhere], findings: including.findings };
}

/** Names what is elsewhere, where it matters to a job. */
export function noteElsewhere(findings: Findings, elsewhere: readonly string[]): void {
  for (const what of elsewhere) noteUnknown(findings, what, 'include', null);
}

async function mergeIncludes(including: Including, tree: YamlTree, depth: number): Promise<YamlTree> {
  const include = pick(tree, 'include');
  const items = include?.kind === 'list' ? listItems(include) : include === undefined ? [] : [include];
  let below: YamlTree = { kind: 'mapping', entries: new Map(), line: tree.line, size: 1 };
  if (items.length > MOST_INCLUDES) nameElsewhere(including.elsewhere, `more than ${MOST_INCLUDES} files`);
  for (const item of items.slice(0, MOST_INCLUDES)) {
    const path = isWanted(including, tree, item) ? chooseLocal(including, item) : null;
    const found = path === null ? null : await readLocal(including, path, depth);
    if (found === null) continue;
    const seen = including.placed.get(item.line) ?? new Map<YamlTree, YamlTree>();
    including.placed.set(item.line, seen);
    below = mergeTrees(including.budget, below, placeAt(found, item.line, seen));
  }
  return mergeTrees(including.budget, below, tree);
}

/** `rules` of an include: only variables and predefined ones count, as there is no job yet. */
function isWanted({ reading, elsewhere, findings }: Including, root: YamlTree, item: YamlTree): boolean {
  const rules = pick(item, 'rules');
  if (rules === undefined) return true;
  const known = new Map(listGitlabVariables(reading.situation, ''));
  for (const [name, { value }] of listEntries(pick(root, 'variables'))) {
    const said = readText(value) ?? readText(pick(value, 'value'));
    if (said !== undefined) known.set(name, said);
  }
  const { situation } = reading;
  const place = { root, where: 'include', situation, findings, known, budget: { left: 10_000 } };
  const verdict = judgeRules(place, rules, undefined);
  if (verdict === null) return true;
  if (verdict.when === null) nameElsewhere(elsewhere, `${nameInclude(item)} by rules that are not decided`);
  return verdict.when !== null && verdict.when !== 'never';
}

/** The path of a local file below the root; null for what is not read here, which is named. */
function chooseLocal({ elsewhere }: Including, item: YamlTree): string | null {
  const text = readText(item);
  const local = text === undefined ? readText(pick(item, 'local')) : /^https?:/i.test(text) ? undefined : text;
  const path = local?.replace(/^\/+/, '');
  const isPlain =
    path !== undefined &&
    /^[^*?$\\]+\.ya?ml$/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (isPlain && pick(item, 'inputs') === undefined) return path;
  nameElsewhere(elsewhere, nameInclude(item));
  return null;
}

async function readLocal(including: Including, path: string, depth: number): Promise<YamlTree | null> {
  const { reading, elsewhere, findings, parsed } = including;
  including.left -= 1;
  if (including.left < 0 || depth >= DEEPEST) {
    nameElsewhere(elsewhere, `local ${path}`);
    warn(
      findings,
      `include: ${path} is not read: there are more than ${MOST_INCLUDES}, or deeper ones than ${DEEPEST}`,
    );
    return null;
  }
  const known = parsed.get(path);
  if (known !== undefined) return mergeIncludes(including, known, depth + 1);
  const sibling = await reading.readSibling(path);
  if (sibling.text === null) {
    const isCertain = sibling.absence === NOT_THERE.absence;
    if (isCertain) leaveOut(findings, `include: ${path} ${sibling.absence}, so there is no pipeline`);
    else warn(findings, `include: ${path} ${sibling.absence}`);
    if (!isCertain) nameElsewhere(elsewhere, `local ${path}`);
    return null;
  }
  // Inputs are filled in before the file is YAML.
  if (sibling.text.includes('$[[')) {
    nameElsewhere(elsewhere, `local ${path} with inputs`);
    return null;
  }
  const tree = parseYaml(path, sibling.text, { mergeKeys: true, header: true });
  if (tree === null) return null;
  parsed.set(path, requireMapping(path, tree, 'it'));
  return mergeIncludes(including, tree, depth + 1);
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

/** What is in another file stands where it is included: lines are those of the file that is read. */
function placeAt(tree: YamlTree, line: number, seen: Map<YamlTree, YamlTree>): YamlTree {
  const known = seen.get(tree);
  if (known !== undefined) return known;
  const placed = placeInside(tree, line, seen);
  seen.set(tree, placed);
  return placed;
}

function placeInside(tree: YamlTree, line: number, seen: Map<YamlTree, YamlTree>): YamlTree {
  if (tree.kind === 'scalar') return { ...tree, line };
  if (tree.kind === 'list') return { ...tree, line, items: tree.items.map((item) => placeAt(item, line, seen)) };
  const entries = new Map<string, YamlEntry>();
  for (const [name, { value }] of tree.entries) entries.set(name, { line, value: placeAt(value, line, seen) });
  return { ...tree, line, entries };
}
