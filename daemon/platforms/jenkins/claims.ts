import type { ClaimRule } from '../platform.ts';

/** The plugin's default claim templates; an administrator may add others, which --claim does here. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  build_number: { type: 'integer', meaning: 'Number of the build in its job.' },
};
