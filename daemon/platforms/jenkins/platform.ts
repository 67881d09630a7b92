import type { Job } from '../../jobs/job.ts';
import type { Platform } from '../platform.ts';
import { toItemPath } from './build.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { jenkinsProfile } from './profile.ts';

/** Jenkins with the OpenID Connect Provider plugin (plugins.jenkins.io/oidc-provider). */
export const jenkins: Platform = {
  label: 'Jenkins',
  profile: jenkinsProfile,
  delivery: 'withCredentials binds a variable to a token, or to the path of a file with one.',
  events: ['push', 'pull_request', 'tag', 'schedule', 'manual'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['JENKINS_URL', 'HUDSON_URL', 'BUILD_TAG', 'IDTOKEN'],
  routes: [],
  realIssuer: findIssuer,
};

/** A credential of a folder has the folder's issuer. */
function findIssuer({ options }: Job): string {
  const root = `${options['jenkins-url']}oidc`;
  return options.folder ? `${root}/${toItemPath(options.folder)}` : root;
}
