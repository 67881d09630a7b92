import type { Finding } from '../../daemon/token/finding.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';

const SIGNS = { error: '✗', warning: '!', info: 'i' } as const;
const WORDS = { error: 'Error', warning: 'Warning', info: 'Note' } as const;
const TONES = { error: 'bad', warning: 'unsure', info: 'faint' } as const;
const MOST = 100;

/** What is odd about the token, the gravest first. */
export function showFindings(findings: readonly Finding[]): readonly (Node | null)[] {
  if (findings.length === 0) return [];
  const items = findings
    .slice(0, MOST)
    .map(({ severity, code, message }) =>
      element(
        'li',
        {},
        element('span', { class: `sign ${TONES[severity]}`, 'aria-hidden': 'true' }, SIGNS[severity]),
        element(
          'div',
          {},
          element('strong', {}, `${t(WORDS[severity])}: `),
          showSafely(message),
          ' ',
          element('code', { class: 'faint' }, code),
        ),
      ),
    );
  const rest = findings.length - MOST;
  return [
    element('h2', {}, t('Findings')),
    element('ul', { class: 'plain' }, ...items),
    rest > 0 ? element('p', { class: 'faint' }, t('{0} more', rest)) : null,
  ];
}
