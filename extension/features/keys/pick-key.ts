import { l10n, window } from 'vscode';
import type { Issuer, Key } from '../../../daemon/protocol/resources.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { pickIssuer } from '../../pick-issuer.ts';
import { isRow } from '../../rows.ts';
import { shortenName } from '../../short-name.ts';
import { describeKeyState } from '../issuers/list-issuer-rows.ts';

export interface PickedKey {
  readonly issuer: Issuer;
  readonly key: Key;
}

/** The key of the row that a command was run from, else the one that the person picks among those that fit. */
export async function pickKey(
  session: Pick<DaemonSession, 'issuers'>,
  argument: unknown,
  fits: (key: Key) => boolean,
  placeHolder: string,
): Promise<PickedKey | undefined> {
  const issuer = await pickIssuer(session, argument, l10n.t('{0} First choose its issuer.', placeHolder));
  if (issuer === undefined) return undefined;
  if (isRow(argument, 'key')) {
    const key = issuer.keys.find(({ kid }) => kid === argument.kid);
    return key && { issuer, key };
  }
  const keys = issuer.keys.filter(fits);
  if (keys.length === 0) {
    void window.showInformationMessage(l10n.t('No key of {0} is in a state that allows this.', issuer.slug));
    return undefined;
  }
  const picks = keys.map((key) => ({
    label: shortenName(key.kid),
    description: `${describeKeyState(issuer, key, Date.now())} · ${key.alg}`,
    key,
  }));
  const picked = await window.showQuickPick(picks, { placeHolder });
  return picked && { issuer, key: picked.key };
}
