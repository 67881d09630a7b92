import { MintmarkError } from '../../problem.ts';
import { readFlags } from './read-flags.ts';
import type { ReadWords } from './shim.ts';

/** `circleci run oidc get --claims JSON [--root-issuer]` (CircleCI docs: "Using OpenID Connect tokens in jobs"). */
export const readCircleciWords: ReadWords = (words) => {
  if (words.slice(0, 3).join(' ') !== 'run oidc get') return null;
  const flags = readFlags(words.slice(3), { claims: { type: 'string' }, 'root-issuer': { type: 'boolean' } });
  return {
    scheme: 'Bearer',
    body: {
      ...(flags.claims !== undefined && { claims: readClaims(flags.claims) }),
      ...(flags['root-issuer'] === true && { root_issuer: true }),
    },
    show: (token) => `${token}\n`,
  };
};

function readClaims(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MintmarkError('usage', '--claims is no JSON', { cause });
  }
}
