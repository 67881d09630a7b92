import type { DecodedPart } from '../../daemon/token/decode.ts';
import { t } from '../ui/words.ts';

/** A part of a token by the name that its document gives it (RFC 7515 §2, RFC 7516 §2). */
export function namePart(name: DecodedPart['name']): string {
  switch (name) {
    case 'header':
      return t('header');
    case 'payload':
      return t('payload');
    case 'signature':
      return t('signature');
    case 'encrypted key':
      return t('encrypted key');
    case 'initialization vector':
      return t('initialization vector');
    case 'ciphertext':
      return t('ciphertext');
    case 'authentication tag':
      return t('authentication tag');
  }
}
