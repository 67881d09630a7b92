import type { Job } from '../jobs/job.ts';

/** Where the system is whose workflows run. */
export interface ActionsServer {
  /** `https://github.com`. */
  readonly url: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

/** A GitHub that jobs run on: github.com, a subdomain of GHE.com, or an Enterprise Server. */
export interface GitHubServer extends ActionsServer {
  readonly kind: 'github.com' | 'ghe.com' | 'server';
  /**
   * `iss` of its real tokens (docs: OIDC reference, "Substituted values on GHE.com" and
   * "Customizing the issuer value").
   */
  readonly issuer: string;
}

/**
 * The GitHub that a job runs on: of `host` when that is an Enterprise Server, of `tenant` on GHE.com, else github.com.
 */
export function findServer({ host, options }: Job): GitHubServer {
  if (options.host) {
    const url = `https://${options.host}`;
    const api = { apiUrl: `${url}/api/v3`, graphqlUrl: `${url}/api/graphql` };
    return { kind: 'server', url, ...api, issuer: `${url}/_services/token` };
  }
  const tenant = options.tenant || /^([a-z0-9-]+)\.ghe\.com$/i.exec(host)?.[1];
  const domain = tenant ? `${tenant}.ghe.com` : 'github.com';
  const issuer = tenant ? `https://token.actions.${domain}` : 'https://token.actions.githubusercontent.com';
  const slug = options['enterprise-issuer'] === 'true' ? tenant || options.enterprise : '';
  return {
    kind: tenant ? 'ghe.com' : 'github.com',
    url: `https://${domain}`,
    apiUrl: `https://api.${domain}`,
    graphqlUrl: `https://api.${domain}/graphql`,
    issuer: slug ? `${issuer}/${slug}` : issuer,
  };
}
