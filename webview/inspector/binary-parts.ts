import type { DecodedPart } from '../../daemon/token/decode.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { followAttention, type Highlighter } from './highlight.ts';
import { namePart } from './part-names.ts';
import type { TokenView } from './read-token.ts';

/** RFC 7516 §2: what the parts of an encrypted token are for. */
function describePurpose(name: DecodedPart['name']): string {
  switch (name) {
    case 'header':
      return t('Says how the token is encrypted. It is protected, but readable to anyone.');
    case 'encrypted key':
      return t('The key of the content, encrypted for the recipient. Empty when both sides know the key.');
    case 'initialization vector':
      return t('A random start of the encryption, so that equal contents do not look equal.');
    case 'ciphertext':
      return t('The encrypted claims. Nobody but the recipient can read them.');
    case 'authentication tag':
      return t('Shows to the recipient that nothing was changed.');
    default:
      return '';
  }
}

/** The signature of a signed token: its size and what the header says it is. Never whether it is right. */
export function showSignature({ decoded }: TokenView, highlighter: Highlighter | null): HTMLElement | null {
  const index = decoded.parts.findIndex(({ name }) => name === 'signature');
  const part = decoded.parts[index];
  if (!part) return null;
  const alg = decoded.header?.alg;
  const claim =
    typeof alg === 'string'
      ? t('{0} octets. The header says that it was made with {1}.', part.octets, showSafely(alg).slice(0, 100))
      : t('{0} octets.', part.octets);
  const section = element('section', {}, element('h2', {}, t('Signature')), element('p', {}, claim));
  return light(section, index, highlighter);
}

/** The structure of an encrypted token, whose claims cannot be read here. */
export function showEncryptedParts({ decoded }: TokenView, highlighter: Highlighter | null): HTMLElement {
  const rows = decoded.parts.map(({ name, octets }, index) => {
    const row = element(
      'tr',
      {},
      element('th', { scope: 'row' }, namePart(name)),
      element('td', {}, t('{0} octets', octets)),
      element('td', {}, describePurpose(name)),
    );
    return light(row, index, highlighter);
  });
  const head = element(
    'tr',
    {},
    ...[t('Part'), t('Size'), t('Purpose')].map((name) => element('th', { scope: 'col' }, name)),
  );
  return element(
    'section',
    {},
    element('h2', {}, t('Encrypted token (JWE)')),
    element(
      'p',
      {},
      t('Its claims can be read only with the key of its recipient. It carries no signature to verify.'),
    ),
    element('table', { class: 'structure' }, element('thead', {}, head), element('tbody', {}, ...rows)),
  );
}

function light<E extends HTMLElement>(node: E, index: number, highlighter: Highlighter | null): E {
  if (highlighter === null) return node;
  node.setAttribute('data-part', String(index));
  followAttention(node, (isOn) => highlighter.lightPart(isOn ? index : null));
  return node;
}
