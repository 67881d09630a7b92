import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import type { OperationInput } from '../../protocol/operations.ts';
import type { Io } from '../terminal/io.ts';
import { guardReading, readSmallFile } from './read-input.ts';

type KeyFile = OperationInput<'keys.importDirectory'>['files'][number];

/** The directory of SuperPlane's keys. @throws MintmarkError `config_invalid`, in SuperPlane's words */
export function readKeysPath(env: Io['env']): string {
  const path = env.OIDC_KEYS_PATH;
  if (path === undefined || path.trim() === '') throw new MintmarkError('config_invalid', 'OIDC_KEYS_PATH must be set');
  return path;
}

/**
 * Reads every regular file of a directory, also where a link leads to it, as a mounted secret has them; directories,
 * sockets and whatever else is there are passed over.
 *
 * @throws MintmarkError `config_invalid` where there is none, in SuperPlane's words; `file_unreadable`
 */
export function readKeyDirectory(directory: string): KeyFile[] {
  const names = guardReading(directory, () => readdirSync(directory));
  const files = names.flatMap((name): KeyFile[] => {
    const path = join(directory, name);
    if (!guardReading(path, () => statSync(path)).isFile()) return [];
    return [{ name, pem: readSmallFile(path).toString('utf8') }];
  });
  if (files.length === 0) throw new MintmarkError('config_invalid', `no OIDC keys found in ${directory}`);
  return files;
}
