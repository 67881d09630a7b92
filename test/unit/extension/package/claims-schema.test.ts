import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClaimRule } from '../../../../daemon/platforms/platform.ts';
import { PLATFORMS } from '../../../../daemon/platforms/registry.ts';
import { listKnownClaims } from '../../../../daemon/token/claims-dictionary.ts';

const FILE = join(import.meta.dirname, '../../../../extension/media/schemas/claims.schema.json');

/** They have flags of their own, or are the issuer's alone: `mint` takes none of them from a file. */
const NOT_TAKEN = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'];

const typesOf = ({ type }: ClaimRule): string[] => (type === 'string-or-null' ? ['string', 'null'] : [type]);

function describeClaims() {
  const claims = new Map<string, { types: Set<string>; meanings: string[] }>();
  for (const platform of Object.values(PLATFORMS)) {
    for (const [name, rule] of Object.entries(platform?.claims ?? {})) {
      const known = claims.get(name) ?? { types: new Set(), meanings: [] };
      for (const type of typesOf(rule)) known.types.add(type);
      known.meanings.push(`${platform?.label}: ${rule.meaning}`);
      claims.set(name, known);
    }
  }
  const ofPlatforms = [...claims].map(([name, { types, meanings }]) => {
    const [type, ...others] = [...types].toSorted();
    return [name, { description: meanings.join('\n'), type: others.length === 0 ? type : [type, ...others] }] as const;
  });
  const ofDictionary = listKnownClaims()
    .filter(([name]) => !claims.has(name) && !NOT_TAKEN.includes(name))
    .map(([name, { meaning, source }]) => [name, { description: `${meaning} (${source})` }] as const);
  const refused = { not: {}, errorMessage: 'The issuer sets it, or the command line does.', doNotSuggest: true };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'Claims of a token, for mintmark mint --claims-file. Other names are taken as they are.',
    type: 'object',
    properties: {
      ...Object.fromEntries([...ofPlatforms, ...ofDictionary].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      ...Object.fromEntries(NOT_TAKEN.map((name) => [name, refused])),
    },
  };
}

test('editors complete and check files of claims by the very tables of the platforms (vitest -u writes it anew)', async () => {
  await expect(`${JSON.stringify(describeClaims(), null, 2)}\n`).toMatchFileSnapshot(FILE);
});
