import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** `x5t` and `kid` are of one certificate there. There is none here: they name the key itself. */
function hashKey(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** Azure DevOps' issuer of one organization: 10 minutes, valid from 10 minutes before, always for one audience. */
export const azureDevopsProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'azure-devops',
  kidOf: (publicKey) => hashKey(publicKey).toString('hex').toUpperCase(),
  headerOf: ({ alg, kid, publicKey }) => ({
    typ: 'JWT',
    alg,
    x5t: hashKey(publicKey).toString('base64url'),
    kid,
  }),
  defaultTtlSeconds: 600,
  notBeforeOffsetSeconds: -600,
  audienceForm: 'text',
  defaultAudience: () => 'api://AzureADTokenExchange',
};
