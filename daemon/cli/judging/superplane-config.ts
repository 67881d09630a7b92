import { existsSync } from 'node:fs';
import { MintmarkError } from '../../problem.ts';
import { isJsonObject } from '../../token/strict-json.ts';
import { readSmallFile } from '../files/read-input.ts';

/**
 * Reads the URL of the current context from the configuration file of SuperPlane's command line:
 * `currentContext: <url>/<organization>`, and `contexts`, a list of `url`, `organization` and `organizationId`.
 *
 * @param mustExist a file that the caller named; the default one may be missing
 * @returns undefined where no context is current
 * @throws MintmarkError `file_unreadable`, `config_invalid`; nothing of the file, which
 *   holds API tokens, is in the message
 */
export async function readSuperplaneContext(path: string, mustExist: boolean): Promise<string | undefined> {
  if (!mustExist && !existsSync(path)) return undefined;
  const config = await parseYaml(path, readSmallFile(path).toString('utf8'));
  if (!isJsonObject(config)) return undefined;
  const { contexts, currentContext } = config;
  if (!Array.isArray(contexts) || typeof currentContext !== 'string') return undefined;
  const wanted = trimUrl(currentContext);
  return contexts
    .filter((context: unknown) => isJsonObject(context))
    .flatMap(({ url, organization, organizationId }) => {
      if (typeof url !== 'string') return [];
      const base = trimUrl(url);
      return wanted === `${base}/${nameOrganization(organizationId, organization)}` ? [base] : [];
    })[0];
}

/** White space around a URL and slashes at its end are taken off. */
export function trimUrl(text: string): string {
  return text.trim().replace(/\/+$/, '');
}

function nameOrganization(...names: readonly unknown[]): string {
  const texts = names.filter((name) => typeof name === 'string').map((name) => name.trim());
  return texts.find((name) => name !== '') ?? '';
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { logLevel: 'error' });
  } catch (cause) {
    throw new MintmarkError('config_invalid', `${path} is not acceptable YAML`, { cause });
  }
}
