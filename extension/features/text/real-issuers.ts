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
  'oidc.codefresh.io',
  '.semaphoreci.com',
  '.spacelift.io',
  '.okta.com',
  '.auth0.com',
  '.amazonaws.com',
  '.b2clogin.com',
  '.onelogin.com',
] as const;

/** Does a token say that it comes from one of the issuers that people know? Their `iss` is a URL, or just the host. */
export function isRealIssuer(issuer: string | null): boolean {
  if (issuer === null) return false;
  const host = readHost(issuer.includes('://') ? issuer : `https://${issuer}`);
  return HOSTS.some((known) => host === known || (known.startsWith('.') && host.endsWith(known)));
}

function readHost(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
