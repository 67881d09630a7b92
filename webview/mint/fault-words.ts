import { showSafely } from '../../daemon/token/safe-text.ts';
import type { DraftFault, FaultCode } from '../read-draft.ts';
import { t } from '../ui/words.ts';

const SENTENCES: Readonly<Record<FaultCode, string>> = {
  issuer: 'Choose an issuer.',
  life: 'Write the lifetime as 90s, 5m or 1h.',
  json: 'Not JSON at line {0}, column {1}: {2}.',
  not_object: 'Write the claims as a JSON object: { "name": "value" }.',
  reserved: '{0} is set by the issuer.',
  own_field: '{0} has a field of its own above.',
  inexact: '{0} would not be minted as it stands: write it as a text, in quotes.',
};

/** What is wrong with a field, in a sentence. */
export function describeFault({ code, values }: DraftFault): string {
  return t(SENTENCES[code], ...values.map((value) => showSafely(String(value))));
}
