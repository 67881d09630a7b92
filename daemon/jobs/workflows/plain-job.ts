import type { WorkflowJobFacts } from '../workflow-job.ts';
import type { Findings } from './findings.ts';

/** A job of most platforms: what is not said is empty. */
export function makePlainJob(
  job: Pick<WorkflowJobFacts, 'id' | 'name' | 'line' | 'facts'> & Partial<WorkflowJobFacts>,
  findings: Findings,
): WorkflowJobFacts {
  return { options: {}, triggers: null, rows: [], isRowMissing: false, ...findings, ...job };
}
