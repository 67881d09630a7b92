import { type Findings, noteUnknown } from '../findings.ts';
import { refuseFile } from '../yaml-tree.ts';

/** A reusable workflow that a job calls. */
export interface CalledWorkflow {
  /** Below the root of its repository. */
  readonly path: string;
  /** `owner/name`. */
  readonly repository: string;
  /** As claims carry it: `refs/heads/main`, `refs/tags/v1` or a commit. */
  readonly ref: string;
  /** Is it of the same commit as its caller? */
  readonly isLocal: boolean;
}

/**
 * What `uses` of a job names (docs: "Reuse workflows", "Calling a reusable workflow"): `./path` is the caller's own
 * repository at its own commit. Whether `@v1` is a tag or a branch is unknown outside: what looks like a version is
 * taken for a tag.
 * @throws MintmarkError `invalid_request` for what the platform would not take
 */
export function readCall(
  uses: string,
  caller: { readonly repository: string; readonly ref: string },
  place: { readonly path: string; readonly line: number; readonly where: string; readonly findings: Findings },
): CalledWorkflow {
  const { line, where, findings } = place;
  const local = /^\.\/((?:\.github|\.forgejo|\.gitea|\.depot)\/workflows\/[^/@\s]+\.ya?ml)$/.exec(uses)?.[1];
  if (local !== undefined) return { path: local, repository: caller.repository, ref: caller.ref, isLocal: true };
  const remote =
    /^([\w.-]+\/[\w.-]+)\/((?:\.github|\.forgejo|\.gitea|\.depot)\/workflows\/[^/@\s]+\.ya?ml)@(\S+)$/.exec(uses);
  if (remote === null) {
    throw refuseFile(
      place.path,
      line,
      'uses is neither ./.github/workflows/FILE nor OWNER/REPO/.github/workflows/FILE@REF',
    );
  }
  const [, repository = '', path = '', ref = ''] = remote;
  if (ref.startsWith('refs/') || /^[0-9a-f]{40}$/.test(ref)) return { path, repository, ref, isLocal: false };
  const full = /^v?\d/.test(ref) ? `refs/tags/${ref}` : `refs/heads/${ref}`;
  noteUnknown(findings, `@${ref}`, where, full);
  return { path, repository, ref: full, isLocal: false };
}
