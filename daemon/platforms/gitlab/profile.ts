import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** The longest time-out of a job that GitLab takes, seconds: a token lives as long as its job may. */
export const MAX_JOB_TIMEOUT_SECONDS = 30 * 86_400;

/** A GitLab instance: its URL is the issuer. Keys are named by their RFC 7638 thumbprint (lib/gitlab/ci/jwt.rb). */
export const gitlabProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'gitlab',
  jwksPath: '/oauth/discovery/keys',
  headerOf: ({ alg, kid }) => ({ kid, typ: 'JWT', alg }),
  maxTtlSeconds: MAX_JOB_TIMEOUT_SECONDS,
  notBeforeOffsetSeconds: -5,
};
