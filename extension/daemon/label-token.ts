import { l10n } from 'vscode';
import { readClaim } from '../../daemon/token/read-claim.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { endName } from '../short-name.ts';

const LONGEST_SUBJECT = 48;

/**
 * How a token is called where people read: its `sub`, and the end of its `jti` to tell siblings apart. What could write
 * a link or an icon into a label or a message is left out, and nothing of the token's text is in it.
 */
export function labelToken(claims: Readonly<Record<string, unknown>> | null): string {
  const subject = readText(claims, 'sub');
  const jti = readText(claims, 'jti');
  const name = subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
  return `${name || l10n.t('token')}${jti === '' ? '' : ` ${endName(jti)}`}`;
}

function readText(claims: Readonly<Record<string, unknown>> | null, name: string): string {
  const value = claims === null ? undefined : readClaim(claims, name);
  return typeof value === 'string' ? showSafely(value).replace(/[[\]()<>`$\\]/g, '') : '';
}
