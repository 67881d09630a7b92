import { type LanguageModelToolConfirmationMessages, l10n, MarkdownString } from 'vscode';
import { showJson } from '../../../daemon/token/safe-text.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import type { MintRequest } from './mint-request.ts';
import type { RotationRequest } from './rotate-key.ts';

/**
 * What the person is asked before a model may mint: everything that the token will say. The words are ours; what the
 * model wrote stands in a block of JSON, whose lines cannot end it.
 */
export function confirmMint({ mint, destination }: MintRequest): LanguageModelToolConfirmationMessages {
  const { slug, event, job, subject, audience, claims, ttlSeconds } = mint;
  const life = ttlSeconds === undefined ? l10n.t('as long as usual') : describeDuration(ttlSeconds);
  const place =
    destination === 'clipboard'
      ? l10n.t('It replaces what is on your clipboard.')
      : l10n.t('It is watched in the Tokens view.');
  const isJob = event !== undefined || job !== undefined;
  const asked = { ...claims, ...(subject && { sub: subject }), ...(audience && { aud: audience }) };
  return {
    title: l10n.t('Mint a token at the local issuer {0}?', slug),
    message: joinParagraphs([
      ...(isJob
        ? [l10n.t('It is the token of a job, with every claim that the job has:'), writeJson({ event, job })]
        : []),
      l10n.t('The token lives {0} and says, beside what the issuer itself sets:', life),
      writeJson(asked),
      place,
      l10n.t('The model is told its claims, not the token. An issuer that does not run is started.'),
    ]),
  };
}

/** What the person is asked before a model may rotate: which key does what from then on. */
export function confirmRotation({ slug, prepublish }: RotationRequest): LanguageModelToolConfirmationMessages {
  return {
    title: l10n.t('Rotate the signing key of the local issuer {0}?', slug),
    message: joinParagraphs([
      prepublish
        ? l10n.t('A new key is published and does not sign yet. Nothing else changes.')
        : l10n.t(
            'A new key is published and signs from now on. Tokens of the present key stay accepted until it is retired.',
          ),
      l10n.t('An issuer that does not run is started.'),
    ]),
  };
}

function writeJson(value: Readonly<Record<string, unknown>>): string {
  return `\`\`\`json\n${showJson(value)}\n\`\`\``;
}

function joinParagraphs(paragraphs: readonly string[]): MarkdownString {
  // Neither trusted nor with HTML: a link or a command in it would do nothing.
  return new MarkdownString(paragraphs.join('\n\n'));
}
