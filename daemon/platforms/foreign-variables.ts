import { PLATFORMS } from './registry.ts';

/**
 * What clients take for the identity of the workload they run in, wherever that is: they would act as whoever starts a
 * job, also where the job itself gets no token. Keys, passwords and profiles that a person has are none of these, nor
 * are settings that say which role to take.
 */
const CLIENT_VARIABLES: readonly string[] = [
  // AWS SDKs (docs: Assume role with web identity; Container credential provider).
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  // Azure Identity: workload identity, and managed identities of App Service and others.
  'AZURE_FEDERATED_TOKEN_FILE',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'MSI_ENDPOINT',
  'MSI_SECRET',
  // Terraform's providers of Azure.
  'ARM_OIDC_REQUEST_TOKEN',
  'ARM_OIDC_REQUEST_URL',
  'ARM_OIDC_TOKEN',
  'ARM_OIDC_TOKEN_FILE_PATH',
  // Alibaba Cloud's and Databricks' SDKs.
  'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
  'DATABRICKS_OIDC_TOKEN',
  'DATABRICKS_OIDC_TOKEN_FILEPATH',
  // Sigstore's clients, npm, PyPI's (the library `id`), and the names that GitLab's documentation gives to tokens.
  'SIGSTORE_ID_TOKEN',
  'NPM_ID_TOKEN',
  'PYPI_ID_TOKEN',
  'TESTPYPI_ID_TOKEN',
  'GITLAB_OIDC_TOKEN',
  'VAULT_ID_TOKEN',
  // The Workload API of SPIFFE.
  'SPIFFE_ENDPOINT_SOCKET',
];

/**
 * Variables of a caller that none of its jobs inherits; one that ends in `*` stands for all that begin so. A job has
 * those that its own platform sets.
 */
export function listForeignVariables(): string[] {
  const markers = Object.values(PLATFORMS).flatMap((platform) => platform?.markers ?? []);
  return [...new Set([...markers, ...CLIENT_VARIABLES])];
}
