import { showSafely } from '../../daemon/token/safe-text.ts';
import type { DraftFault } from '../read-draft.ts';
import { t } from '../ui/words.ts';

/** What is wrong with a field, in a sentence. */
export function describeFault({ code, values }: DraftFault): string {
  const [first = '', second = '', third = ''] = values.map((value) => showSafely(String(value)));
  switch (code) {
    case 'issuer':
      return t('Choose an issuer.');
    case 'life':
      return t('Write the lifetime as 90s, 5m or 1h.');
    case 'json':
      return t('Not JSON at line {0}, column {1}: {2}.', first, second, third);
    case 'not_object':
      return t('Write the claims as a JSON object: { "name": "value" }.');
    case 'reserved':
      return t('{0} is set by the issuer.', first);
    case 'own_field':
      return t('{0} has a field of its own above.', first);
    case 'inexact':
      return t('{0} would not be minted as it stands: write it as a text, in quotes.', first);
  }
}
