import { l10n, window } from 'vscode';
import type { Issuer } from '../daemon/protocol/resources.ts';
import type { DaemonSession } from './daemon/session.ts';
import { isRow } from './rows.ts';
import { shortenName } from './short-name.ts';

/** The issuer of the row that a command was run from, else the one that the person picks. */
export async function pickIssuer(
  session: Pick<DaemonSession, 'issuers'>,
  argument: unknown,
  placeHolder: string,
): Promise<Issuer | undefined> {
  if (isRow(argument, 'issuer') || isRow(argument, 'key')) {
    return session.issuers.find(({ slug }) => slug === argument.slug);
  }
  const picks = session.issuers.map((issuer) => ({ label: issuer.slug, ...describeSigner(issuer), issuer }));
  const picked = await window.showQuickPick(picks, { placeHolder, matchOnDetail: true });
  return picked?.issuer;
}

function describeSigner({ alg, keys, url }: Issuer): { description: string; detail: string } {
  const active = keys.find(({ state }) => state === 'active');
  const description = active === undefined ? alg : l10n.t('{0} signs with {1}', shortenName(active.kid), active.alg);
  return { description, detail: url };
}
