import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** HCP Terraform's issuer, or that of a Terraform Enterprise (docs: Workload identity): valid from 5 s before. */
export const terraformProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'terraform',
  headerOf: ({ alg, kid }) => ({ typ: 'JWT', alg, kid }),
  notBeforeOffsetSeconds: -5,
  audienceForm: 'text',
  defaultAudience: () => 'aws.workload.identity',
};
