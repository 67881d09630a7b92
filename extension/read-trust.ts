import { workspace } from 'vscode';
import { SECTION, SETTINGS } from './contributions.ts';

/** Clock skew that the person forgives, seconds. */
export function readLeewaySeconds(): number {
  return workspace.getConfiguration(SECTION).get(SETTINGS.leewaySeconds, 0);
}

/** Issuers elsewhere whose keys the person lets be fetched. */
export function readTrustedIssuers(): readonly string[] {
  return workspace.getConfiguration(SECTION).get<readonly string[]>(SETTINGS.trustedIssuers, []);
}
