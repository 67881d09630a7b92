import type { Job } from '../job.ts';
import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts } from '../workflow-job.ts';
import { type ConditionPlace, decideExpression, decideStatement, matchesWhole } from './circleci-condition.ts';
import { fillPipelineValues, listPipelineValues, nameBranch } from './circleci-values.ts';
import type { Answer } from './condition.ts';
import { type Findings, leaveOut, noteUnknown, startFindings } from './findings.ts';
import { makePlainJob } from './plain-job.ts';
import { listEntries, listItems, pick, readText, readTexts, requireMapping } from './yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from './yaml-tree.ts';

/**
 * Reads `.circleci/config.yml`: the jobs of its workflows, or all jobs when it has none
 * (CircleCI docs: "Configuration reference").
 */
export const readCircleci: ReadWorkflow = async (text, { file, situation }) => {
  const root = parseYaml(file.path, text, { mergeKeys: true });
  if (root === null) return [];
  requireMapping(file.path, root, 'it');
  const jobs: WorkflowJobFacts[] = [];
  const reading: Reading = { situation, values: listPipelineValues(situation, root), budget: { left: 300_000 } };
  const add = (workflow: Workflow | null, name: string, line: number, rules: YamlTree | undefined): void => {
    if (jobs.length === MOST_JOBS) throw refuseFile(file.path, line, `there are more than ${MOST_JOBS} jobs`);
    const findings = startFindings(workflow?.findings);
    const id = workflow === null ? name : `${workflow.name}/${name}`;
    tellFilters(findings, id, pick(rules, 'filters'), reading);
    const contexts = fillContexts(findings, id, rules, reading);
    jobs.push(
      makePlainJob(
        {
          id,
          name,
          line,
          facts: {
            workflowFile: file.path,
            jobId: name,
            environment: null,
            workflow: { idToken: null, idTokens: {} },
            ...(workflow !== null && { workflowName: workflow.name }),
          },
          options: contexts.length === 0 ? {} : { contexts: contexts.join(',') },
        },
        findings,
      ),
    );
  };
  const workflows = listEntries(pick(root, 'workflows')).filter(([name]) => name !== 'version');
  for (const [name, { value }] of workflows) {
    const workflow = { name, findings: tellWorkflow(name, value, reading) };
    for (const item of listItems(pick(value, 'jobs'))) {
      const plain = readText(item);
      if (plain !== undefined) add(workflow, plain, item.line, undefined);
      for (const [job, { line, value: rules }] of listEntries(item)) {
        // An approval is a person who clicks: nothing runs.
        if (readText(pick(rules, 'type')) === 'approval') continue;
        add(workflow, readText(pick(rules, 'name')) ?? job, line, rules);
      }
    }
  }
  if (workflows.length === 0)
    for (const [name, { line }] of listEntries(pick(root, 'jobs'))) add(null, name, line, undefined);
  return jobs;
};

interface Workflow {
  readonly name: string;
  /** What holds for all of its jobs. */
  readonly findings: Findings;
}

type Reading = Omit<ConditionPlace, 'open'> & { readonly situation: Job };

/** `when` and `unless` of a workflow, and whether only its own schedule starts it. */
function tellWorkflow(name: string, tree: YamlTree, reading: Reading): Findings {
  const findings = startFindings();
  for (const rule of ['when', 'unless'] as const) {
    // `null` is a statement, too.
    const statement = tree.kind === 'mapping' ? tree.entries.get(rule)?.value : undefined;
    if (statement === undefined) continue;
    const where = `${name}.${rule}`;
    const answer = tellAnswer(findings, where, reading, rule === 'when', (place) => decideStatement(statement, place));
    if (answer === (rule === 'unless')) leaveOut(findings, `${where}: it is ${answer}: the workflow does not run`);
  }
  const isScheduled = listItems(pick(tree, 'triggers')).some((one) => pick(one, 'schedule') !== undefined);
  if (isScheduled && reading.situation.trigger !== 'schedule') {
    leaveOut(findings, `${name}.triggers: only its schedule starts it`);
  }
  return findings;
}

/** Decides, and names what it would take to. @param taken what stands in the place of an answer */
function tellAnswer(
  findings: Findings,
  where: string,
  reading: Reading,
  taken: boolean,
  decide: (place: ConditionPlace) => Answer,
): Answer {
  const open = new Set<string>();
  const answer = decide({ ...reading, open });
  if (answer === null && open.size === 0) open.add('what it compares');
  if (answer === null) for (const name of open) noteUnknown(findings, name, where, String(taken));
  return answer;
}

/** `filters` of a job: an expression, or branches and tags by their name or a regular expression. */
function tellFilters(findings: Findings, id: string, filters: YamlTree | undefined, reading: Reading): void {
  const where = `${id}.filters`;
  const expression = readText(filters);
  if (expression !== undefined) {
    const answer = tellAnswer(findings, where, reading, true, (place) => decideExpression(expression, place));
    if (answer === false) leaveOut(findings, `${where}: ${expression} is false: the job does not run`);
    return;
  }
  const { situation, budget } = reading;
  const branch = nameBranch(situation);
  const kind = branch === null ? 'tags' : 'branches';
  const filter = pick(filters, kind);
  // Without a filter for tags no tag starts a job.
  if (kind === 'tags' && filter === undefined) leaveOut(findings, `${where}: tags do not start it`);
  const name = branch ?? situation.refName;
  const only = readTexts(pick(filter, 'only'));
  const answers = [
    only.length === 0 ? true : matchesAny(only, name, budget),
    negate(matchesAny(readTexts(pick(filter, 'ignore')), name, budget)),
  ];
  if (answers.includes(false)) leaveOut(findings, `${where}: ${name} does not start it`);
  else if (answers.includes(null)) {
    for (const pattern of [...only, ...readTexts(pick(filter, 'ignore'))]) {
      if (matchesAny([pattern], name, budget) === null) noteUnknown(findings, pattern, `${where}.${kind}`, 'true');
    }
  }
}

function negate(answer: Answer): Answer {
  return answer === null ? null : !answer;
}

function matchesAny(patterns: readonly string[], name: string, budget: { left: number }): Answer {
  const answers = patterns.map((pattern) => {
    const [, expression] = /^\/(.*)\/$/s.exec(pattern) ?? [];
    return expression === undefined ? pattern === name : matchesWhole(expression, name, budget);
  });
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

function fillContexts(
  findings: Findings,
  id: string,
  rules: YamlTree | undefined,
  { values }: Reading,
): readonly string[] {
  return readTexts(pick(rules, 'context')).map((name) => {
    const open = new Set<string>();
    const filled = fillPipelineValues(name, values, open);
    for (const one of open) noteUnknown(findings, one, `${id}.context`, name);
    return filled === undefined ? name : String(filled ?? '');
  });
}
