const MAX_LENGTH = 127;
const REF_TYPES: Readonly<Record<string, string>> = { branch: 'br', tag: 'tg', 'pull-request': 'pr' };

export interface SubjectParts {
  readonly organization: string;
  readonly projectId: string;
  readonly repository: string;
  readonly refType: string;
  readonly ref: string;
}

/** `sub` (docs: OpenID Connect reference). */
export function formatSubject({ organization, projectId, repository, refType, ref }: SubjectParts): string {
  return `org:${organization}:project:${projectId}:repo:${repository}:ref_type:${refType}:ref:${ref}`;
}

/** `sub127`: the values alone, each without colons and cut to its own length, the whole to 127 characters. */
export function formatShortSubject({ organization, projectId, repository, refType, ref }: SubjectParts): string {
  const parts = [
    cut(organization, 25),
    cut(projectId, 36),
    cut(repository, 25),
    REF_TYPES[refType] ?? cut(refType, 2),
    cut(ref.replaceAll(':', '').replace(/^refs\//, ''), 35),
  ];
  return [...parts.join(':')].slice(0, MAX_LENGTH).join('');
}

function cut(value: string, length: number): string {
  return [...value.replaceAll(':', '')].slice(0, length).join('');
}
