import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { formatUlid } from './ulid.ts';

/** The issuer of a Spacelift account (docs: OpenID Connect): an hour, `nbf` = `iat`, `jti` a ULID. */
export const spaceliftProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'spacelift',
  jtiOf: formatUlid,
  audienceForm: 'text',
};
