import type { Finding } from '../../daemon/token/finding.ts';

export interface FindingGroup extends Pick<Finding, 'severity' | 'code'> {
  readonly messages: readonly string[];
}

/** What is odd in the same way is told together, where the first of it stands. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup & { readonly messages: string[] }>();
  for (const { severity, code, message } of findings) {
    const key = `${severity} ${code}`;
    const group = groups.get(key) ?? { severity, code, messages: [] };
    group.messages.push(message);
    groups.set(key, group);
  }
  return [...groups.values()];
}
