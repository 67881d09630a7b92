import { SuperplaneFault } from './superplane-fault.ts';

/** Expected claims by name. Both sides are compared as text. */
export type Pins = ReadonlyMap<string, string>;

/** The claims of an execution token that have a flag of their own: `org_id` is pinned by `--org-id`. */
export const FLAGGED_CLAIMS = [
  'org_id',
  'canvas_id',
  'node_id',
  'component',
  'project_id',
  'pipeline_file',
  'ref',
  'commit_sha',
] as const;

export type FlaggedClaim = (typeof FLAGGED_CLAIMS)[number];

/** The flag of such a claim, without its hyphens in front. */
export function nameFlag(claim: FlaggedClaim): string {
  return claim.replaceAll('_', '-');
}

/**
 * Reads `--claim key=value` as SuperPlane does: the first `=` divides, white space around the key goes, what is blank
 * is skipped, and of the same key the last one counts. A claim's own flag goes before all of them.
 *
 * @throws SuperplaneFault
 */
export function readPins(claims: readonly string[], flags: Pins): Pins {
  const pins = claims
    .filter((claim) => claim.trim() !== '')
    .map((claim): [string, string] => {
      const at = claim.indexOf('=');
      const name = claim.slice(0, Math.max(at, 0)).trim();
      if (name === '') throw new SuperplaneFault(`invalid claim ${JSON.stringify(claim)} (expected key=value)`);
      return [name, claim.slice(at + 1)];
    });
  return new Map([...pins, ...flags]);
}

/** The first pin that claims do not hold to, in words; null when they hold to all. */
export function findPinFault(claims: Readonly<Record<string, unknown>>, pins: Pins): string | null {
  for (const [name, expected] of pins) {
    const actual = toText(Object.hasOwn(claims, name) ? claims[name] : null);
    if (actual !== expected) return `expected claim ${name} to be ${expected}, got ${actual}`;
  }
  return null;
}

/** A claim that is not there is empty, and one that is no string is what it prints as. */
function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
