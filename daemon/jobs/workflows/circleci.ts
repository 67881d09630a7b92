import type { Job } from '../job.ts';
import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts } from '../workflow-job.ts';
import { type Findings, leaveOut, noteUnknown, startFindings } from './findings.ts';
import { makePlainJob } from './plain-job.ts';
import { listEntries, listItems, pick, readText, readTexts, requireMapping } from './yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from './yaml-tree.ts';

/** Reads `.circleci/config.yml`: the jobs of its workflows, or all jobs when it has none (CircleCI docs: "Configuration reference"). */
export const readCircleci: ReadWorkflow = async (text, { file, situation }) => {
  const root = parseYaml(file.path, text, { mergeKeys: true });
  if (root === null) return [];
  requireMapping(file.path, root, 'it');
  const jobs: WorkflowJobFacts[] = [];
  const add = (workflow: string | null, name: string, line: number, rules: YamlTree | undefined): void => {
    if (jobs.length === MOST_JOBS) throw refuseFile(file.path, line, `there are more than ${MOST_JOBS} jobs`);
    const findings = startFindings();
    const id = workflow === null ? name : `${workflow}/${name}`;
    tellConditions(findings, id, rules, situation);
    const contexts = readTexts(pick(rules, 'context'));
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
            ...(workflow !== null && { workflowName: workflow }),
          },
          options: contexts.length === 0 ? {} : { contexts: contexts.join(',') },
        },
        findings,
      ),
    );
  };
  const workflows = listEntries(pick(root, 'workflows')).filter(([name]) => name !== 'version');
  for (const [workflow, { value }] of workflows) {
    for (const item of listItems(pick(value, 'jobs'))) {
      const plain = readText(item);
      if (plain !== undefined) add(workflow, plain, item.line, undefined);
      for (const [name, { line, value: rules }] of listEntries(item)) {
        // An approval is a person who clicks: nothing runs.
        if (readText(pick(rules, 'type')) === 'approval') continue;
        add(workflow, readText(pick(rules, 'name')) ?? name, line, rules);
      }
    }
  }
  if (workflows.length === 0)
    for (const [name, { line }] of listEntries(pick(root, 'jobs'))) add(null, name, line, undefined);
  return jobs;
};

/** Filters without a pattern are looked at; a regular expression from a file is named, never run. */
function tellConditions(findings: Findings, id: string, rules: YamlTree | undefined, job: Job): void {
  const kind = job.refType === 'tag' ? 'tags' : 'branches';
  const filter = pick(pick(rules, 'filters'), kind);
  // Without a filter for tags no tag starts a job.
  if (kind === 'tags' && filter === undefined) leaveOut(findings, `${id}.filters: tags do not start it`);
  const name = job.pullRequest?.headBranch ?? job.refName;
  const only = readTexts(pick(filter, 'only'));
  const ignore = readTexts(pick(filter, 'ignore'));
  for (const pattern of [...only, ...ignore].filter(isPattern)) {
    noteUnknown(findings, pattern, `${id}.filters.${kind}`, 'true');
  }
  const isOut = only.length > 0 && !only.some((pattern) => isPattern(pattern) || pattern === name);
  if (isOut || ignore.includes(name)) leaveOut(findings, `${id}.filters: ${name} does not start it`);
}

function isPattern(text: string): boolean {
  return text.startsWith('/') && text.endsWith('/');
}
