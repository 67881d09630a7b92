import type { z } from 'zod';
import { MintmarkError } from '../../problem.ts';
import { explainIssue } from '../../server/control-api/explain-issue.ts';
import { TokenError } from '../../token/errors.ts';
import { parseStrictJson } from '../../token/strict-json.ts';
import { decodeUtf8 } from '../../token/utf8.ts';
import { configSchema } from './config-schema.ts';
import { readSmallFile } from './read-input.ts';

export type Config = z.infer<typeof configSchema>;

/**
 * Reads the settings of `serve --config`: strict JSON, known members only.
 *
 * @throws MintmarkError `config_invalid` naming the line, or `file_unreadable`
 */
export function readConfigFile(path: string): Config {
  const text = decode(path, readSmallFile(path));
  const parsed = configSchema.safeParse(parse(path, text), { error: explainIssue });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const member = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0];
  const line = member === undefined ? 1 : findMemberLine(text, String(member));
  const fault = issue?.code === 'unrecognized_keys' ? `there is no setting ${quote(member)}` : issue?.message;
  throw new MintmarkError('config_invalid', `${path}:${line}: ${fault}${explainMember(issue, member)}`);
}

function decode(path: string, bytes: Buffer): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new MintmarkError('config_invalid', `${path}:1: the file is not UTF-8 text`, { cause });
  }
}

function parse(path: string, text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    const line = countLines(text.slice(0, cause.offset ?? 0));
    throw new MintmarkError('config_invalid', `${path}:${line}: ${cause.message}`, { cause });
  }
}

function explainMember(issue: z.core.$ZodIssue | undefined, member: PropertyKey | undefined): string {
  if (issue?.code === 'unrecognized_keys') {
    const isSecret = /pass|secret|token|key/i.test(String(member));
    return isSecret ? ' (secrets do not belong here: see --passphrase-stdin)' : '';
  }
  return member === undefined ? '' : ` (${quote(member)})`;
}

const quote = (member: PropertyKey | undefined) => JSON.stringify(String(member));

/**
 * Members stand on the top level, and strings that look like one are no setting's value: the first hit is the member.
 */
function findMemberLine(text: string, member: string): number {
  const at = text.search(new RegExp(`${escapePattern(JSON.stringify(member))}\\s*:`));
  return countLines(text.slice(0, Math.max(at, 0)));
}

const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const countLines = (text: string) => text.split('\n').length;
