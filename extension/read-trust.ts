import { workspace } from 'vscode';
import { SECTION, SETTINGS } from './contributions.ts';

const MOST_LEEWAY_SECONDS = 300;

/** Clock skew that the person forgives, seconds. What is no such number forgives nothing. */
export function readLeewaySeconds(): number {
  const value = workspace.getConfiguration(SECTION).get<unknown>(SETTINGS.leewaySeconds, 0);
  const isLeeway = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_LEEWAY_SECONDS;
  return isLeeway ? value : 0;
}

/** Issuers elsewhere whose keys the person lets be fetched. What is no text names none. */
export function readTrustedIssuers(): readonly string[] {
  const value = workspace.getConfiguration(SECTION).get<unknown>(SETTINGS.trustedIssuers, []);
  return Array.isArray(value) ? value.filter((issuer) => typeof issuer === 'string') : [];
}
