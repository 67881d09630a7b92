import { l10n, window } from 'vscode';
import type { DaemonSession } from '../../daemon/session.ts';
import { shortenName } from '../../short-name.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { writeOwnFile } from '../../write-own-file.ts';
import { type PickedKey, pickKey } from './pick-key.ts';

type Format = 'jwk' | 'pem';

/** Exports a key: a public one into a read-only editor; a private one, confirmed by its kid, into a file. */
export async function exportKey(session: DaemonSession, documents: VirtualDocuments, argument: unknown): Promise<void> {
  const picked = await pickKey(session, argument, () => true, l10n.t('Export which key?'));
  if (picked === undefined) return;
  const form = await pickForm(picked);
  if (form === undefined) return;
  if (form.isPrivate) return exportPrivate(session, picked, form.format);
  const { key } = await session.call('keys.export', { ...toPath(picked), format: form.format });
  await documents.show('public-key', form.format === 'pem' ? 'pem' : 'json', toText(key));
}

async function pickForm({ key }: PickedKey): Promise<{ format: Format; isPrivate: boolean } | undefined> {
  const forms = [
    { label: l10n.t('Public key, JWK'), format: 'jwk' as const, isPrivate: false },
    { label: l10n.t('Public key, PEM'), format: 'pem' as const, isPrivate: false },
    { label: `$(warning) ${l10n.t('Private key, JWK')}`, format: 'jwk' as const, isPrivate: true },
    { label: `$(warning) ${l10n.t('Private key, PEM')}`, format: 'pem' as const, isPrivate: true },
  ];
  return window.showQuickPick(
    // Only a key that signs, or may yet, still has its private half.
    forms.filter(({ isPrivate }) => key.canSign || !isPrivate),
    { placeHolder: l10n.t('Export {0} as', shortenName(key.kid)) },
  );
}

async function exportPrivate(session: DaemonSession, picked: PickedKey, format: Format): Promise<void> {
  const { kid } = picked.key;
  const confirm = await window.showInputBox({
    title: l10n.t('Export Private Key'),
    prompt: l10n.t('Whoever has this key can sign as {0}. Type its kid to go on: {1}', picked.issuer.slug, kid),
    validateInput: (text) => (text === kid ? undefined : l10n.t('This is not the kid')),
    ignoreFocusOut: true,
  });
  if (confirm !== kid) return;
  const uri = await window.showSaveDialog({ title: l10n.t('Export Private Key'), saveLabel: l10n.t('Export') });
  if (uri === undefined) return;
  const { key } = await session.call('keys.export', { ...toPath(picked), format, private: true, confirm });
  await writeOwnFile(uri, toText(key));
  window.setStatusBarMessage(l10n.t('The private key {0} was exported', shortenName(kid)), 8_000);
}

function toPath({ issuer, key }: PickedKey): { slug: string; kid: string } {
  return { slug: issuer.slug, kid: key.kid };
}

function toText(key: unknown): string {
  return typeof key === 'string' ? key : `${JSON.stringify(key, null, 2)}\n`;
}
