import { homedir } from 'node:os';
import { join } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import { findIssuerUrlFault } from '../../verify/issuer-url.ts';
import type { Io } from '../terminal/io.ts';
import { readSuperplaneContext, trimUrl } from './superplane-config.ts';
import { SuperplaneFault } from './superplane-fault.ts';

/** Where SuperPlane's command line looks when nobody names an installation. */
export const DEFAULT_SUPERPLANE_URL = 'https://app.superplane.com';

/** Its configuration file, below the home directory. */
export const SUPERPLANE_CONFIG = '.superplane.yaml';

/**
 * Finds out which installation is meant: `--url`, the environment, the current context of the configuration file, or
 * SuperPlane's own. Slashes at the end are taken off: its `iss` has none.
 *
 * @throws SuperplaneFault for half an environment, whatever else is given; MintmarkError `usage` for a URL that cannot
 *   be an issuer's, `file_unreadable` and `config_invalid` for a configuration file
 */
export async function chooseSuperplaneUrl(
  env: Io['env'],
  { url, config }: { readonly url?: string | undefined; readonly config?: string | undefined },
): Promise<string> {
  const ofEnvironment = readEnvironmentUrl(env);
  const named = url ?? ofEnvironment ?? (await readContextUrl(env, config)) ?? DEFAULT_SUPERPLANE_URL;
  const issuer = trimUrl(named);
  const fault = findIssuerUrlFault(issuer);
  if (fault !== null) throw new MintmarkError('usage', `the URL of SuperPlane: ${fault}`);
  return issuer;
}

/**
 * The variables are for its API. Its token is read by nobody here, but one without the other is a mistake there, too.
 */
function readEnvironmentUrl({ SUPERPLANE_URL: url, SUPERPLANE_TOKEN: token }: Io['env']): string | undefined {
  if (url === undefined && token === undefined) return undefined;
  if (url !== undefined && trimUrl(url) !== '' && token !== undefined && token.trim() !== '') return url;
  throw new SuperplaneFault(
    'SUPERPLANE_URL and SUPERPLANE_TOKEN must both be set to use environment CLI authentication',
  );
}

async function readContextUrl(env: Io['env'], config: string | undefined): Promise<string | undefined> {
  const isNamed = config !== undefined;
  return await readSuperplaneContext(config ?? join(env.HOME || homedir(), SUPERPLANE_CONFIG), isNamed);
}
