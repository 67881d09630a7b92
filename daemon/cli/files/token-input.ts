import { MintmarkError } from '../../problem.ts';
import type { Io } from '../terminal/io.ts';
import { readSmallFile, readStdin } from './read-input.ts';

export interface TokenSources {
  readonly argument?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** Environment variables to look into when nothing else was given, the first that is not empty. */
  readonly variables?: readonly string[];
}

/**
 * Finds the token that a command is about: argument (`-` is standard input), `--token`, `--token-file`, environment
 * (CONTRACT §3). White space around it is taken off a file's and standard input's, where editors and shells leave a
 * line end; anywhere else it is part of what is judged. An empty argument is an empty token: it must not fall through
 * to one that happens to be in the environment.
 *
 * @throws MintmarkError `usage` without any
 */
export async function readToken(io: Io, sources: TokenSources): Promise<string> {
  const given = sources.argument ?? sources.token;
  if (given === '-') return trimEnds(await readStdin(io));
  if (given !== undefined) return given;
  if (sources.tokenFile !== undefined) return trimEnds(readSmallFile(sources.tokenFile));
  const variable = sources.variables?.find((name) => io.env[name]);
  const token = variable === undefined ? undefined : io.env[variable];
  if (token === undefined) throw new MintmarkError('usage', `no token: give it ${describePlaces(sources.variables)}`);
  return token;
}

/** A command that looks into the environment has --token, too. */
function describePlaces(variables: TokenSources['variables']): string {
  if (variables === undefined) return 'as argument, as - or by --token-file';
  return `as argument, as -, by --token or --token-file, or in $${variables.join(', $')}`;
}

/** Only ASCII white space: a byte order mark is no white space but a fault that the verdict names. */
function trimEnds(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
