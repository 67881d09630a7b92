import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts, type WorkflowReading } from '../workflow-job.ts';
import { decideBuildkiteCondition } from './buildkite-condition.ts';
import { leaveOut, noteUnknown, startFindings } from './findings.ts';
import { makePlainJob } from './plain-job.ts';
import { matchesRefPatterns } from './ref-pattern.ts';
import { listItems, pick, readText, requireList } from './yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from './yaml-tree.ts';

/** Reads `pipeline.yml`: its command steps, those of groups included (Buildkite docs: "Defining steps"). */
export const readBuildkite: ReadWorkflow = async (text, reading) => {
  const { path } = reading.file;
  const root = parseYaml(path, text, { mergeKeys: true });
  if (root === null) return [];
  const steps = root.kind === 'list' ? root : pick(root, 'steps');
  if (steps === undefined) return [];
  const commands = listCommands(requireList(path, steps, 'steps'));
  const extra = commands[MOST_JOBS];
  if (extra !== undefined) throw refuseFile(path, extra.line, `there are more than ${MOST_JOBS} steps`);
  const budget = { left: 300_000 };
  return commands.map((step, at) => describeStep(reading, step, at, budget));
};

function listCommands(steps: YamlTree): readonly YamlTree[] {
  return listItems(steps).flatMap((step) => {
    const nested = pick(step, 'steps');
    if (pick(step, 'group') !== undefined || nested !== undefined)
      return nested === undefined ? [] : listCommands(nested);
    const isCommand = ['command', 'commands', 'script', 'plugins'].some((name) => pick(step, name) !== undefined);
    return isCommand ? [step] : [];
  });
}

function describeStep(
  { file, situation }: WorkflowReading,
  step: YamlTree,
  at: number,
  budget: { left: number },
): WorkflowJobFacts {
  const read = (...names: readonly string[]): string | undefined =>
    names.map((name) => readText(pick(step, name))).find((text) => text !== undefined);
  const key = read('key', 'id', 'identifier');
  const name = read('label', 'name') ?? key ?? `Step ${at + 1}`;
  const id = key ?? `step-${at + 1}`;
  const findings = startFindings();
  const condition = read('if');
  if (condition !== undefined) {
    const answer = decideBuildkiteCondition(condition, situation, budget);
    if (answer === null) noteUnknown(findings, condition, `${id}.if`, 'true');
    if (answer === false) leaveOut(findings, `${id}.if: ${condition} is false: the step does not run`);
  }
  const branches = read('branches');
  const branch = situation.pullRequest?.headBranch ?? situation.refName;
  if (branches !== undefined && !takesBranch(branches.split(/\s+/), branch)) {
    leaveOut(findings, `${id}.branches: ${branch} does not start it`);
  }
  const minutes = Number(read('timeout_in_minutes') ?? Number.NaN);
  return makePlainJob(
    {
      id,
      name,
      line: step.line,
      facts: {
        workflowFile: file.path,
        jobId: id,
        environment: null,
        workflow: { idToken: null, idTokens: {} },
        ...(minutes > 0 && { timeoutSeconds: Math.round(minutes * 60) }),
      },
      // A step without a key has none in its token either.
      options: { 'step-key': key ?? '~' },
    },
    findings,
  );
}

/** Patterns that only exclude take everything else (Buildkite docs: "Branch configuration"). */
function takesBranch(patterns: readonly string[], branch: string): boolean {
  const isNegative = patterns.every((pattern) => pattern.startsWith('!'));
  // Here a star is anything, a slash included.
  const widened = patterns.map((pattern) => pattern.replace(/\*+/g, '**'));
  return matchesRefPatterns(isNegative ? ['**', ...widened] : widened, branch);
}
