import { DIGITS, ROLE_ARN, ROLE_ARN_FORM, SLUG } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only Fly.io knows of the machine. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  organization: { meaning: 'Slug of the organization; that of the owner without it', default: '', pattern: SLUG },
  'organization-id': { meaning: 'Number of the organization', default: '', pattern: DIGITS },
  app: { meaning: 'Name of the app; that of the repository without it', default: '', pattern: SLUG },
  'app-id': { meaning: 'Number of the app', default: '', pattern: DIGITS },
  machine: { meaning: 'Name of the machine', default: 'ancient-snow-4824', pattern: /^[A-Za-z0-9_-]+$/ },
  'machine-id': { meaning: 'Id of the machine', default: '', pattern: /^[0-9a-f]*$/ },
  region: { meaning: 'Region of the machine', default: 'yul', pattern: /^[a-z]{3}$/ },
  image: { meaning: 'Image that the machine runs; that of a deployment without it', default: '' },
  'aws-role-arn': {
    meaning: `AWS_ROLE_ARN of fly.toml, ${ROLE_ARN_FORM}: then there is a token file too`,
    default: '',
    pattern: ROLE_ARN,
  },
};
