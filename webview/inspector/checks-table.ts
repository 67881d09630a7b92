import type { PageCheck } from '../protocol.ts';
import { copyButton } from '../ui/copy-button.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { countOutcomes, describeCheck, writeChecks } from './check-words.ts';

const TONES = { pass: 'good', fail: 'bad', skip: 'faint' } as const;

/** The twelve checks of a verdict in their order, and what mends each that failed. */
export function showChecks(checks: readonly PageCheck[], copy: (text: string) => void): readonly (Node | null)[] {
  const rows = checks
    .map(describeCheck)
    .map(({ name, outcome, sign, word, detail, mend }) =>
      element(
        'tr',
        {},
        element(
          'td',
          { class: `sign ${TONES[outcome]}` },
          element('span', { 'aria-hidden': 'true' }, sign),
          element('span', { class: 'unseen' }, word),
        ),
        element('th', { scope: 'row' }, name),
        element('td', {}, detail, mend === null ? null : element('div', { class: 'mend' }, t('What helps: {0}', mend))),
      ),
    );
  const head = element(
    'tr',
    { class: 'unseen' },
    ...[t('Outcome'), t('Check'), t('Detail')].map((name) => element('th', { scope: 'col' }, name)),
  );
  return [
    element(
      'div',
      { class: 'row' },
      element('h2', {}, t('Checks')),
      copyButton(t('the checks'), () => writeChecks(checks), copy),
    ),
    element('p', { class: 'faint' }, countOutcomes(checks)),
    element('table', { class: 'checks' }, element('thead', {}, head), element('tbody', {}, ...rows)),
  ];
}
