import type { MintDraft } from '../../../webview/protocol.ts';
import type { FoundJob } from '../workflow/find-jobs.ts';
import type { JobChoice } from '../workflow/job-choice.ts';

export const EMPTY_DRAFT: MintDraft = {
  slug: 'default',
  job: '',
  event: '',
  ref: '',
  options: [],
  subject: '',
  audience: '',
  life: '',
  claims: '',
  lookAlike: false,
  destination: 'editor',
};

/** The job that a form means: only one of those that were found can be named, whatever the page says. */
export function readDraftJob({ slug, job, event, ref, options }: MintDraft, jobs: readonly FoundJob[]): JobChoice {
  const found = jobs.find(({ name }) => name === job);
  const said = options.filter(({ value }) => value !== '').map(({ name, value }) => [name, value] as const);
  return {
    slug,
    ...(found !== undefined && { file: found.file, id: found.id }),
    ...(event !== '' && { event }),
    ...(ref.trim() !== '' && { ref: ref.trim() }),
    ...(said.length > 0 && { options: Object.fromEntries(said) }),
  };
}

/** The form filled in for a job; what else was typed stays. */
export function fillInJob({ slug, event = '', ref = '' }: JobChoice, job: string): Partial<MintDraft> {
  return { slug, job, event, ref };
}
