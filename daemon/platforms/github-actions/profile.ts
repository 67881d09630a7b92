import { hash } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeUuidKid } from '../../issuer/thumbprint.ts';
import { CLAIMS } from './claims.ts';

/** GitHub says that it supports `issuer_scope` too, and nowhere what it is: no token here has it. */
function nameSupported(claim: string): readonly string[] {
  return claim === 'check_run_id' ? ['issuer_scope', claim] : [claim];
}

/** GitHub Actions' issuer (docs: Actions > Security > OIDC reference): 5 minutes, valid from 5 minutes before. */
export const githubActionsProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'github-actions',
  // Its newer keys are named so.
  kidOf: (publicKey) => computeUuidKid(publicKey, 5),
  defaultTtlSeconds: 300,
  notBeforeOffsetSeconds: -300,
  audienceForm: 'text',
  // Every real token has an x5t. There is no certificate here: it names the key itself.
  headerOf: ({ alg, kid, publicKey }) => ({
    alg,
    kid,
    typ: 'JWT',
    x5t: hash('sha1', publicKey.export({ type: 'spki', format: 'der' }), 'base64url'),
  }),
  discovery: (algorithms) => ({
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', ...Object.keys(CLAIMS).flatMap(nameSupported)],
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid'],
  }),
};
