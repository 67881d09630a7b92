import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { ensureIssuer } from '../../../daemon/issuer/ensure-issuer.ts';
import { rotateKey } from '../../../daemon/issuer/keys.ts';
import { mintToken } from '../../../daemon/issuer/mint.ts';
import { genericProfile } from '../../../daemon/platforms/generic/profile.ts';
import { mirenProfile } from '../../../daemon/platforms/miren/profile.ts';
import { platformProfiles } from '../../../daemon/platforms/profiles.ts';
import { PLATFORMS } from '../../../daemon/platforms/registry.ts';
import { superplaneProfile } from '../../../daemon/platforms/superplane/profile.ts';
import { EMULATED_PLATFORM_NAMES, PLATFORM_NAMES } from '../../../daemon/protocol/platform-names.ts';
import { BASE_URL as baseUrl, openContext } from './open-context.ts';

const readDocument = async (slug: string, path: string) => {
  const context = await openContext();
  await ensureIssuer(context, slug);
  const document = context.keyring.documentAt(`/issuers/${slug}${path}`);
  return { ...document, content: JSON.parse(String(document?.body)) };
};

test('every platform name has its line in the registry, and a profile is of the platform that it stands for', () => {
  expect([...platformProfiles.keys()].sort()).toEqual([...PLATFORM_NAMES].sort());
  for (const [name, profile] of platformProfiles) if (profile !== null) expect(profile.platform).toBe(name);
});

test('both tables of platforms agree', () => {
  for (const [name, platform] of Object.entries(PLATFORMS)) {
    expect(platformProfiles.get(name) ?? null, name).toBe(platform?.profile ?? null);
  }
});

test('the cache header of every platform says the max-age that its keys are kept for', () => {
  for (const profile of platformProfiles.values()) {
    if (profile !== null) expect(profile.cacheControl).toContain(`max-age=${profile.documentMaxAgeSeconds}`);
  }
});

test('SuperPlane’s discovery has exactly its five members (SP-19)', async () => {
  const { content } = await readDocument('superplane', '/.well-known/openid-configuration');
  expect(content).toEqual({
    issuer: `${baseUrl}/issuers/superplane`,
    jwks_uri: `${baseUrl}/issuers/superplane/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
  });
});

test('SuperPlane’s JWKS has kty, use, alg, kid, n and e (SP-20), the kid being the SPKI hash (SP-10)', async () => {
  const { content } = await readDocument('superplane', '/.well-known/jwks.json');
  expect(Object.keys(content.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  expect(superplaneProfile.kidOf(publicKey)).toBe(createHash('sha256').update(der).digest('base64url'));
});

test('Miren publishes at its own path, with its own type and cache time (MI-12, MI-14, MI-15)', async () => {
  const discovery = await readDocument('miren', '/.well-known/openid-configuration');
  expect(discovery.content).toEqual({
    issuer: `${baseUrl}/issuers/miren`,
    jwks_uri: `${baseUrl}/issuers/miren/.well-known/miren/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
  const jwks = await readDocument('miren', '/.well-known/miren/jwks');
  expect(jwks).toMatchObject({ contentType: 'application/jwk-set+json', cacheControl: 'public, max-age=3600' });
});

test('Miren names an Ed25519 key by its raw bytes (MI-10) and says both algorithms, the active one first (MI-11)', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  expect(mirenProfile.kidOf(publicKey)).toBe(createHash('sha256').update(raw).digest('base64url'));
  const context = await openContext();
  await rotateKey(context, { slug: 'miren', alg: 'EdDSA', prepublish: true });
  const document = context.keyring.documentAt('/issuers/miren/.well-known/openid-configuration');
  expect(JSON.parse(String(document?.body)).id_token_signing_alg_values_supported).toEqual(['RS256', 'EdDSA']);
});

test.each([
  [genericProfile, `${baseUrl}/issuers/generic`],
  [superplaneProfile, 'superplane'],
  [mirenProfile, ['miren']],
])('a token of $platform lives an hour and is for whom the platform says', async ({ platform }, audience) => {
  const { claims } = await mintToken(await openContext(), { slug: platform });
  expect(claims).toMatchObject({ aud: audience, sub: 'local:developer', nbf: claims.iat });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
});

test('the platforms that are emulated are those that have a profile', () => {
  const known = [...platformProfiles].flatMap(([name, profile]) => (profile === null ? [] : [name]));
  expect(known.toSorted()).toEqual(EMULATED_PLATFORM_NAMES.toSorted());
});
