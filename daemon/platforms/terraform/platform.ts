import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { terraformProfile } from './profile.ts';

/** HCP Terraform and Terraform Enterprise (developer.hashicorp.com, Workload identity). */
export const terraform: Platform = {
  label: 'HCP Terraform',
  profile: terraformProfile,
  delivery:
    'The run finds a token in TFC_WORKLOAD_IDENTITY_TOKEN, and one in TFC_WORKLOAD_IDENTITY_TOKEN_TAG for each tag.',
  events: ['vcs', 'pull_request', 'tag', 'ui', 'api'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['TFC_RUN_ID', 'TFC_WORKLOAD_IDENTITY_TOKEN', 'TFC_WORKLOAD_IDENTITY_TOKEN_*', 'TFC_WORKSPACE_NAME'],
  routes: [],
  realIssuer: () => 'https://app.terraform.io',
};
