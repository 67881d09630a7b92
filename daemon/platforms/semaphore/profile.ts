import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

const DOCUMENT_MAX_AGE_SECONDS = 900;
const TTL_SECONDS = 86_400;
const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

/** In the order of Semaphore's own discovery document, which names neither `org` nor `prj`. */
const CLAIMS_SUPPORTED = [
  ...[
    'jti',
    'sub',
    'sub127',
    'aud',
    'iss',
    'exp',
    'nbf',
    'iat',
    'org_id',
    'prj_id',
    'wf_id',
    'ppl_id',
    'job_id',
    'repo',
  ],
  ...['actor', 'tag', 'ref', 'ref_type', 'branch', 'pr', 'job_type', 'pr_branch', 'repo_slug', 'trg'],
];

/** The MD5 of the JWK's `n`: a name, not a protection. */
function computeKid(publicKey: KeyObject): string {
  return createHash('md5')
    .update(publicKey.export({ format: 'jwk' }).n ?? '')
    .digest('hex');
}

/** Joken's form: 15 bytes as 24 digits of base32hex (RFC 4648 §7) in lower case. */
function formatJti(uuid: string): string {
  const bytes = BigInt(`0x${uuid.replaceAll('-', '').slice(0, 30)}`);
  return Array.from({ length: 24 }, (_, index) => ALPHABET[Number((bytes >> BigInt(115 - 5 * index)) & 31n)]).join('');
}

/** A Semaphore organization: its URL is issuer and audience (secrethub/open_id_connect/{jwt,http_server}.ex). */
export const semaphoreProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'semaphore',
  kidOf: computeKid,
  jwksPath: '/.well-known/jwks.json',
  extraJwksPaths: ['/.well-known/jwks'],
  documentMaxAgeSeconds: DOCUMENT_MAX_AGE_SECONDS,
  cacheControl: `max-age=${DOCUMENT_MAX_AGE_SECONDS}, public, must-revalidate`,
  defaultTtlSeconds: TTL_SECONDS,
  maxTtlSeconds: TTL_SECONDS,
  jtiOf: formatJti,
  audienceForm: 'issuer',
  discovery: (algorithms) => ({
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: CLAIMS_SUPPORTED,
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid'],
  }),
};
