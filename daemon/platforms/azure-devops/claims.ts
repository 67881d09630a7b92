import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Azure DevOps' own claims. Microsoft documents none of them; these are of tokens that people have decoded. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  org_id: text('Id of the organization.'),
  prj_id: text('Id of the project.'),
  def_id: text('Number of the pipeline.'),
  rpo_id: text('Id of the repository; on GitHub its owner and name.'),
  rpo_uri: text('URL of the repository.'),
  rpo_ver: text('Commit that is built.'),
  rpo_ref: text('Ref that is built.'),
  run_id: text('Number of the run.'),
};
