import type { JobRefusal } from '../../../protocol/jobs.ts';
import { showSafely } from '../../../token/safe-text.ts';
import { listItems, pick } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/**
 * Why no runner has the job: it starts another pipeline (GitLab docs: "Downstream pipelines"), or mirrors one (docs:
 * "needs:pipeline"; `Entry::Bridge`). null: it is an ordinary job.
 */
export function refuseBridge(id: string, job: YamlTree): JobRefusal | null {
  const shown = showSafely(id);
  if (pick(job, 'trigger') !== undefined) {
    return {
      code: 'trigger',
      detail: `The job ${shown} starts another pipeline: no runner has it, and nothing in it could use a token.`,
      mend: 'Ask for a job of the pipeline that it starts.',
    };
  }
  if (pick(job, 'script') !== undefined || pick(job, 'run') !== undefined || !mirrorsPipeline(pick(job, 'needs'))) {
    return null;
  }
  return {
    code: 'needs_pipeline',
    detail: `The job ${shown} mirrors the status of another project's pipeline: no runner has it, and nothing in it could use a token.`,
    mend: 'Ask for another job, or give it a script and no needs: pipeline.',
  };
}

/** With a job besides, it is artifacts of another pipeline that are needed. */
function mirrorsPipeline(needs: YamlTree | undefined): boolean {
  const all = needs?.kind === 'mapping' ? [needs] : listItems(needs);
  return all.some((one) => pick(one, 'pipeline') !== undefined && pick(one, 'job') === undefined);
}
