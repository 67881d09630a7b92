import { l10n, window, workspace } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { Issuer } from '../../../daemon/protocol/resources.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { pickIssuer } from '../../pick-issuer.ts';
import { shortenName } from '../../short-name.ts';
import { readKeyAt } from './read-key-at.ts';
import { isKeyText, readKeyText } from './read-key-text.ts';

const LONGEST_KEY = 65_536;

/**
 * Imports the private key of a quick fix, of a file, or what the person pastes; its text goes to the daemon and nowhere
 * else.
 */
export async function importKey(session: DaemonSession, argument: unknown): Promise<void> {
  const issuer = await pickIssuer(session, argument, l10n.t('Import a key for which issuer?'));
  if (issuer === undefined) return;
  const text = readKeyAt(argument) ?? (await askForKey());
  if (text === undefined) return;
  const key = readKeyText(text);
  const activate = await window.showQuickPick(
    [
      { label: l10n.t('Publish only'), detail: sayWhenUsed(issuer), activate: false },
      { label: l10n.t('Sign with it at once'), detail: l10n.t('The present key goes on verifying'), activate: true },
    ],
    { placeHolder: l10n.t('When shall the imported key sign?') },
  );
  if (activate === undefined) return;
  const imported = await session.call('keys.import', { slug: issuer.slug, ...key, activate: activate.activate });
  window.setStatusBarMessage(`$(key) ${l10n.t('{0} was imported', shortenName(imported.kid))}`, 8_000);
}

function sayWhenUsed({ rotation }: Issuer): string {
  return rotation === null
    ? l10n.t('It signs when you activate it')
    : l10n.t('It signs when the schedule comes to it, or you activate it');
}

async function askForKey(): Promise<string | undefined> {
  const file = { label: `$(file) ${l10n.t('From a file…')}`, detail: l10n.t('PKCS#1 or PKCS#8 PEM, or a JWK') };
  const paste = { label: `$(clippy) ${l10n.t('Paste it…')}`, detail: l10n.t('It is masked and kept nowhere here') };
  const from = await window.showQuickPick([file, paste], { placeHolder: l10n.t('Where is the private key?') });
  if (from === paste) {
    return window.showInputBox({
      password: true,
      prompt: l10n.t('The private key, as PEM or JWK'),
      validateInput: (text) =>
        isKeyText(text) ? undefined : l10n.t('This is neither PEM nor a JWK, or not all of it.'),
      ignoreFocusOut: true,
    });
  }
  return from === file ? readKeyFile() : undefined;
}

async function readKeyFile(): Promise<string | undefined> {
  const [uri] = (await window.showOpenDialog({ title: l10n.t('Import Signing Key') })) ?? [];
  if (uri === undefined) return undefined;
  const { size } = await workspace.fs.stat(uri);
  if (size > LONGEST_KEY) throw new MintmarkError('key_too_large');
  return new TextDecoder().decode(await workspace.fs.readFile(uri));
}
