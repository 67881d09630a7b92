import { hash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { CLAIMS } from './claims.ts';

/** A UUID made of the key, as GitHub's newer keys are named. */
function computeKid(publicKey: KeyObject): string {
  const hex = digestSpki(publicKey, 'sha256').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digestSpki(publicKey: KeyObject, algorithm: string): Buffer {
  return hash(algorithm, publicKey.export({ type: 'spki', format: 'der' }), 'buffer');
}

/** GitHub says that it supports `issuer_scope` too, and nowhere what it is: no token here has it. */
function nameSupported(claim: string): readonly string[] {
  return claim === 'check_run_id' ? ['issuer_scope', claim] : [claim];
}

/** GitHub Actions' issuer (docs: Actions > Security > OIDC reference): 5 minutes, valid from 5 minutes before. */
export const githubActionsProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'github-actions',
  kidOf: computeKid,
  defaultTtlSeconds: 300,
  notBeforeOffsetSeconds: -300,
  audienceForm: 'text',
  // Every real token has an x5t. There is no certificate here: it names the key itself.
  headerOf: ({ alg, kid, publicKey }) => ({
    alg,
    kid,
    typ: 'JWT',
    x5t: digestSpki(publicKey, 'sha1').toString('base64url'),
  }),
  discovery: (algorithms) => ({
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', ...Object.keys(CLAIMS).flatMap(nameSupported)],
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid'],
  }),
};
