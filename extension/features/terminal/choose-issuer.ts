import { l10n } from 'vscode';
import type { DaemonSession } from '../../daemon/session.ts';
import { pickIssuer } from '../../pick-issuer.ts';

/** Whose job it is: the issuer of the row, the only one, or the picked one; undefined when the person picks none. */
export async function chooseIssuer(session: DaemonSession, argument: unknown): Promise<string | undefined> {
  const [first, ...others] = session.issuers;
  if (argument === undefined && others.length === 0) return first?.slug ?? 'default';
  return (await pickIssuer(session, argument, l10n.t('Whose job is it?')))?.slug;
}
