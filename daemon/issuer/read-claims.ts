import { MintmarkError } from '../problem.ts';

/** The claims of a stored payload. @throws MintmarkError `database_corrupt` for one that another program wrote */
export function readClaims(json: string): Record<string, unknown> {
  let claims: unknown;
  try {
    claims = JSON.parse(json);
  } catch (cause) {
    const detail = 'The record of a token holds damaged claims: `mintmark doctor` names its row';
    throw new MintmarkError('database_corrupt', detail, { cause });
  }
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}
