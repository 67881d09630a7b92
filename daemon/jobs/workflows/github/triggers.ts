import type { Job } from '../../job.ts';
import { nameGithubEvent } from '../../triggers.ts';
import { type Findings, leaveOut, warn } from '../findings.ts';
import { matchesRefPattern, matchesRefPatterns } from '../ref-pattern.ts';
import { pick, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/** Events that `on:` names, in its order. */
export function listEvents(root: YamlTree): readonly string[] {
  const on = pick(root, 'on');
  return on?.kind === 'mapping' ? [...on.entries.keys()] : readTexts(on);
}

/** Says why this event would not start the workflow, or only perhaps (docs: "Workflow syntax", "on"). */
export function tellEvent(findings: Findings, root: YamlTree, job: Job): void {
  const eventName = nameGithubEvent(job);
  const events = listEvents(root);
  // A workflow that can be called runs in whatever run its caller is started.
  const refuse = events.includes('workflow_call') ? warn : leaveOut;
  if (!events.includes(eventName)) {
    const named = events.length === 0 ? 'nothing' : events.join(', ');
    refuse(findings, `on: ${eventName} does not start this workflow: it names ${named}`);
    return;
  }
  const filters = pick(pick(root, 'on'), eventName);
  if (eventName === 'push' && !takesPush(filters, job)) {
    refuse(findings, `on: push of ${job.ref} does not start this workflow: its filters leave it out`);
  }
  const base = job.pullRequest?.baseBranch;
  if (base !== undefined && /^pull_request(?:_target)?$/.test(eventName) && !takesName(filters, 'branches', base)) {
    refuse(findings, `on: ${eventName} to ${base} does not start this workflow: its filters leave it out`);
  }
  if (pick(filters, 'paths') !== undefined || pick(filters, 'paths-ignore') !== undefined) {
    warn(findings, `on: whether ${eventName} starts this workflow depends on the paths that changed`);
  }
}

/** A filter for branches alone leaves out all tags, and the other way round. */
function takesPush(filters: YamlTree | undefined, { refType, refName }: Job): boolean {
  const kind = refType === 'tag' ? 'tags' : 'branches';
  const other = refType === 'tag' ? 'branches' : 'tags';
  const has = (name: string): boolean =>
    pick(filters, name) !== undefined || pick(filters, `${name}-ignore`) !== undefined;
  return has(kind) ? takesName(filters, kind, refName) : !has(other);
}

function takesName(filters: YamlTree | undefined, kind: 'branches' | 'tags', name: string): boolean {
  const wanted = pick(filters, kind);
  if (wanted !== undefined) return matchesRefPatterns(readTexts(wanted), name);
  return !readTexts(pick(filters, `${kind}-ignore`)).some((pattern) => matchesRefPattern(pattern, name));
}
