import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts, type WorkflowReading } from '../../workflow-job.ts';
import { WHOLE_MATRICES } from '../expand-matrix.ts';
import { type Findings, leaveOut, noteUnknown, startFindings } from '../findings.ts';
import { makePlainJob } from '../plain-job.ts';
import { matchesRefPatterns } from '../ref-pattern.ts';
import { listItems, pick, readText, readTexts, requireList } from '../yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { decideBuildkiteCondition } from './condition.ts';
import { fillMatrixRow, readBuildkiteMatrix } from './matrix.ts';

/** What the steps of one file share. */
interface Reading extends Pick<WorkflowReading, 'file' | 'situation' | 'matrix'> {
  readonly budget: { left: number; matrices: number };
}

interface Command {
  readonly step: YamlTree;
  /** The group that it is in. */
  readonly group: YamlTree | null;
}

/** Reads `pipeline.yml`: its command steps, those of groups included (Buildkite docs: "Defining steps"). */
export const readBuildkite: ReadWorkflow = async (text, { file, situation, matrix }) => {
  const { path } = file;
  const root = parseYaml(path, text, { mergeKeys: true });
  if (root === null) return [];
  const steps = root.kind === 'list' ? root : pick(root, 'steps');
  if (steps === undefined) return [];
  const commands = listCommands(requireList(path, steps, 'steps'), null);
  const extra = commands[MOST_JOBS];
  if (extra !== undefined) throw refuseFile(path, extra.step.line, `there are more than ${MOST_JOBS} steps`);
  const reading: Reading = { file, situation, matrix, budget: { left: 300_000, matrices: WHOLE_MATRICES } };
  return commands.map((command, at) => describeStep(reading, command, at));
};

const WHAT_COMMANDS_HAVE = ['command', 'commands', 'script', 'plugins', 'plugin'];

function listCommands(steps: YamlTree, group: YamlTree | null): readonly Command[] {
  return listItems(steps).flatMap((step) => {
    const nested = pick(step, 'steps');
    if (pick(step, 'group') !== undefined || nested !== undefined)
      return nested === undefined ? [] : listCommands(nested, step);
    return WHAT_COMMANDS_HAVE.some((name) => pick(step, name) !== undefined) ? [{ step, group }] : [];
  });
}

/** The first of several names for the same that has a text. */
function readAny(tree: YamlTree, ...names: readonly string[]): string | undefined {
  return names.map((name) => readText(pick(tree, name))).find((text) => text !== undefined);
}

function describeStep(reading: Reading, { step, group }: Command, at: number): WorkflowJobFacts {
  const key = readAny(step, 'key', 'id', 'identifier');
  const id = key ?? `step-${at + 1}`;
  const findings = startFindings();
  if (group !== null) tellConditions(reading, findings, group, readAny(group, 'group', 'label', 'name') ?? 'group');
  tellConditions(reading, findings, step, id);
  const { rows, row, isRowMissing } = readBuildkiteMatrix(step, reading.matrix, {
    where: id,
    findings,
    budget: reading.budget,
  });
  const label = readAny(step, 'label', 'name');
  noteVariable(findings, key, `${id}.key`);
  noteVariable(findings, label, `${id}.label`);
  const minutes = Number(readAny(step, 'timeout_in_minutes', 'timeout') ?? Number.NaN);
  return makePlainJob(
    {
      id,
      name: fillMatrixRow(label ?? key ?? `Step ${at + 1}`, row),
      line: step.line,
      facts: {
        workflowFile: reading.file.path,
        // Rows are jobs of their own, with the key of their step.
        jobId: row === null ? id : [id, ...Object.values(row)].join(' '),
        environment: null,
        workflow: { idToken: null, idTokens: {} },
        ...(minutes > 0 && { timeoutSeconds: Math.round(minutes * 60) }),
      },
      // A step without a key has none in its token either.
      options: {
        'step-key': key ?? '~',
        label: label === undefined ? '~' : fillMatrixRow(label, row),
        ...(group !== null && {
          'group-label': readAny(group, 'group', 'label', 'name') ?? '~',
          'group-key': readAny(group, 'key', 'id', 'identifier') ?? '',
        }),
      },
      rows,
      isRowMissing,
    },
    findings,
  );
}

/** What the shell fills in when the pipeline is uploaded; `$$` stands for a dollar sign. */
function noteVariable(findings: Findings, text: string | undefined, where: string): void {
  const variable = /(?<![$\\])\$(?:\{[^}]*\}|[A-Za-z_]\w*)/.exec(text ?? '')?.[0];
  if (variable !== undefined) noteUnknown(findings, variable, where, text ?? null);
}

/** `if`, `branches`, `if_changed` and `skip` of a step or of a group, whose steps are not there without it. */
function tellConditions({ situation, budget }: Reading, findings: Findings, tree: YamlTree, id: string): void {
  const what = pick(tree, 'steps') === undefined ? 'the step does' : 'the steps of the group do';
  const condition = readText(pick(tree, 'if'));
  if (condition !== undefined) {
    const answer = decideBuildkiteCondition(condition, situation, budget);
    if (answer === null) noteUnknown(findings, condition, `${id}.if`, 'true');
    if (answer === false) leaveOut(findings, `${id}.if: ${condition} is false: ${what} not run`);
  }
  const patterns = readTexts(pick(tree, 'branches'))
    .flatMap((text) => text.split(/\s+/))
    .filter((text) => text !== '');
  const branch = situation.pullRequest?.headBranch ?? situation.refName;
  if (patterns.length > 0 && !takesBranch(patterns, branch)) {
    leaveOut(findings, `${id}.branches: ${branch} does not start it`);
  }
  if (pick(tree, 'if_changed') !== undefined) {
    noteUnknown(findings, 'files that changed (if_changed)', `${id}.if_changed`, 'true');
  }
  const skip = readText(pick(tree, 'skip')) ?? '';
  if (skip !== '' && skip !== 'false') leaveOut(findings, `${id}.skip: ${skip}: ${what} not run`);
}

/** Patterns that only exclude take everything else (Buildkite docs: "Branch configuration"). */
function takesBranch(patterns: readonly string[], branch: string): boolean {
  const isNegative = patterns.every((pattern) => pattern.startsWith('!'));
  // Here a star is anything, a slash included.
  const widened = patterns.map((pattern) => pattern.replace(/\*+/g, '**'));
  return matchesRefPatterns(isNegative ? ['**', ...widened] : widened, branch);
}
