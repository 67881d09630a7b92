/** Issuers in the world outside whose tokens open real doors, by host; a leading dot means every host below it. */
const HOSTS = [
  'token.actions.githubusercontent.com',
  'gitlab.com',
  'oidc.circleci.com',
  'agent.buildkite.com',
  'api.bitbucket.org',
  'vstoken.dev.azure.com',
  'login.microsoftonline.com',
  'sts.windows.net',
  'accounts.google.com',
  'securetoken.google.com',
  'appleid.apple.com',
  'app.terraform.io',
  'oidc.vercel.com',
  'oidc.fly.io',
  'oauth2.sigstore.dev',
  'identity.depot.dev',
  'app.superplane.com',
  'oidc.codefresh.io',
  '.semaphoreci.com',
  '.spacelift.io',
  '.okta.com',
  '.auth0.com',
  '.amazonaws.com',
  '.b2clogin.com',
  '.onelogin.com',
] as const;

/** GitHub Actions of a tenant of GHE.com, whose other hosts issue nothing. */
const GHE_ACTIONS = /^token\.actions\.[a-z0-9-]+\.ghe\.com$/;

/** Does a token say that it comes from one of the issuers that people know? Their `iss` is a URL, or just the host. */
export function isRealIssuer(issuer: string | null): boolean {
  if (issuer === null) return false;
  const host = readHost(issuer.includes('://') ? issuer : `https://${issuer}`);
  if (GHE_ACTIONS.test(host)) return true;
  return HOSTS.some((known) => host === known || (known.startsWith('.') && host.endsWith(known)));
}

function readHost(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
