import { l10n } from 'vscode';
import type { JobDescription, UnknownValue, WorkflowJob } from '../../../daemon/protocol/jobs.ts';
import { showSafely } from '../../../daemon/token/safe-text.ts';

const LONGEST_TITLE = 160;
const LONGEST_LINE = 400;
const MOST_LINES = 12;

/**
 * `sub: repo:acme/widgets:environment:prod`, or why the job would get no token and what mends that; that it does not
 * run for the event goes before.
 */
export function writeJobTitle({ description, isLeftOut }: Pick<WorkflowJob, 'description' | 'isLeftOut'>): string {
  const title = nameToken(description);
  return writePlainly(isLeftOut ? l10n.t('does not run for {0} · {1}', description.event, title) : title);
}

function nameToken({ refusal, subject, unknowns }: JobDescription): string {
  if (refusal !== null) return l10n.t('no token: {0}', refusal.mend || refusal.detail);
  const title = l10n.t('sub: {0}', subject);
  return unknowns.length === 0 ? title : l10n.t('{0} ({1} unknown)', title, unknowns.length);
}

/** Everything behind it: for which event it holds, why there is no token, what nobody knows before the job runs. */
export function writeJobTooltip({ description, environment, rows, triggers }: WorkflowJob): string {
  const { event, refusal, audience, unknowns, warnings } = description;
  const lines = [
    refusal === null
      ? l10n.t('What the token of this job would say when {0} starts it, for {1}', event, nameAudience(audience))
      : `${refusal.detail} ${refusal.mend}`,
    ...(environment === null ? [] : [l10n.t('Environment: {0}', environment)]),
    ...(triggers === null ? [] : [l10n.t('Started by: {0}', triggers.join(', '))]),
    ...(rows.length > 1 ? [l10n.t('The first of {0} rows of its matrix', rows.length)] : []),
    ...unknowns.map(nameUnknown),
    ...warnings,
  ];
  const shown = lines.slice(0, MOST_LINES).map((line) => cut(showSafely(line), LONGEST_LINE));
  return [...shown, ...(lines.length > MOST_LINES ? ['…'] : [])].join('\n');
}

/** What nobody knows before the job runs, and what stands in its place. */
export function nameUnknown({ expression, where, taken }: UnknownValue): string {
  return taken === null
    ? l10n.t('Not known: {0} in {1}; left out', expression, where)
    : l10n.t('Not known: {0} in {1}; taken as {2}', expression, where, taken || l10n.t('empty'));
}

function nameAudience(audience: JobDescription['audience']): string {
  return typeof audience === 'string' ? audience : audience.join(', ');
}

/** Titles of lenses turn `$(name)` into an icon: a text that is not ours must not draw one. */
export function writePlainly(text: string): string {
  return cut(showSafely(text), LONGEST_TITLE).replace(/\$\([a-z0-9-]+(?:~[a-z]+)?\)/gi, '\\$&');
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
