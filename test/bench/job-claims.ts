/** Claims of about the size that a CI platform's token has: roughly 1 KB of payload. */
export const JOB_CLAIMS: Readonly<Record<string, string>> = {
  ref: 'refs/heads/main',
  sha: '3f1c2a9b7d5e4f60819273a4b5c6d7e8f9012345',
  repository: 'acme/payments-service',
  repository_owner: 'acme',
  repository_owner_id: '8675309',
  repository_id: '412345678',
  repository_visibility: 'private',
  run_id: '11223344556',
  run_number: '1024',
  run_attempt: '1',
  actor: 'octo-developer',
  actor_id: '1234567',
  workflow: 'Deploy to production',
  workflow_ref: 'acme/payments-service/.github/workflows/deploy.yml@refs/heads/main',
  workflow_sha: '3f1c2a9b7d5e4f60819273a4b5c6d7e8f9012345',
  job_workflow_ref: 'acme/payments-service/.github/workflows/deploy.yml@refs/heads/main',
  head_ref: '',
  base_ref: '',
  event_name: 'push',
  ref_type: 'branch',
  ref_protected: 'true',
  environment: 'production',
  runner_environment: 'self-hosted',
};

const SUBJECT = 'repo:acme/payments-service:environment:production';
export const AUDIENCE = 'https://sts.example.com';

/** Body of a mint request. */
export const MINT_BODY = JSON.stringify({ subject: SUBJECT, audience: AUDIENCE, claims: JOB_CLAIMS });
