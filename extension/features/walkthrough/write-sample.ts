import { l10n } from 'vscode';
import type { SampleTokens } from './sample-tokens.ts';

/** A sample as a document: what the tab says, and the text. */
export interface SampleDocument {
  readonly name: string;
  readonly extension: string;
  readonly text: string;
}

/** Variables of a job, as CI systems set them. */
export function writeVariables({ fresh, expired, unsigned }: SampleTokens): SampleDocument {
  const lines = [
    `# ${l10n.t('Made on this machine just now; the key that signed them is gone, so that nobody accepts them.')}`,
    `# ${l10n.t('Hover over a token, or click "Inspect" above it.')}`,
    `CI_TOKEN=${fresh}`,
    '',
    `# ${l10n.t('This one has expired.')}`,
    `OLD_CI_TOKEN=${expired}`,
    '',
    `# ${l10n.t('Nobody has signed this one: anyone can write it.')}`,
    `UNSIGNED_TOKEN=${unsigned}`,
    '',
  ];
  return { name: 'sample', extension: 'env', text: lines.join('\n') };
}

/** A request as REST clients keep it. */
export function writeRequest({ fresh }: SampleTokens): SampleDocument {
  const lines = [
    `# ${l10n.t('Made on this machine just now; the key that signed it is gone, so that nobody accepts it.')}`,
    'POST https://deploy.example/releases HTTP/1.1',
    `Authorization: Bearer ${fresh}`,
    'Content-Type: application/json',
    '',
    '{ "ref": "refs/heads/main" }',
    '',
  ];
  return { name: 'sample', extension: 'http', text: lines.join('\n') };
}

/** A token of the person's own issuer. */
export function writeMinted(token: string, issuer: string): SampleDocument {
  const lines = [
    `# ${l10n.t('Minted just now by {0}, and watched: its verdict stands above it.', issuer)}`,
    `# ${l10n.t('Rotate the signing key: it stays accepted. Revoke the key that signed it: it is refused.')}`,
    `MINTMARK_TOKEN=${token}`,
    '',
  ];
  return { name: 'minted', extension: 'env', text: lines.join('\n') };
}
