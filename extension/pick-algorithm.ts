import { l10n, window } from 'vscode';
import type { SigningAlgorithm } from '../daemon/protocol/resources.ts';

/** Asks for a signing algorithm; undefined when the person thinks better of it. */
export async function pickAlgorithm(placeHolder: string): Promise<SigningAlgorithm | undefined> {
  const uses: Readonly<Record<SigningAlgorithm, string>> = {
    RS256: l10n.t('RSA, what every verifier and every cloud understands'),
    PS256: l10n.t('RSA with PSS padding'),
    ES256: l10n.t('P-256, short signatures'),
    ES384: l10n.t('P-384'),
    EdDSA: l10n.t('Ed25519, the fastest; not every verifier has it'),
  };
  const picks = Object.entries(uses).map(([label, description]) => ({ label: label as SigningAlgorithm, description }));
  return (await window.showQuickPick(picks, { placeHolder }))?.label;
}
