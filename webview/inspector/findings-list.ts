import type { Finding } from '../../daemon/token/finding.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { copyButton } from '../ui/copy-button.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { type FindingGroup, groupFindings } from './group-findings.ts';

const SIGNS = { error: '✗', warning: '!', info: 'i' } as const;
const TONES = { error: 'bad', warning: 'unsure', info: 'faint' } as const;
const MOST = 100;

/** What is odd about the token, the gravest first. */
export function showFindings(findings: readonly Finding[], copy: (text: string) => void): readonly (Node | null)[] {
  if (findings.length === 0) return [];
  const words = { error: t('Error'), warning: t('Warning'), info: t('Note') } as const;
  const items = groupFindings(findings.slice(0, MOST)).map((group) =>
    element(
      'li',
      {},
      element('span', { class: `sign ${TONES[group.severity]}`, 'aria-hidden': 'true' }, SIGNS[group.severity]),
      element('div', {}, element('strong', {}, `${words[group.severity]}: `), ...writeGroup(group)),
    ),
  );
  const rest = findings.length - MOST;
  return [
    element(
      'div',
      { class: 'row' },
      element('h2', {}, t('Findings')),
      copyButton(t('the findings'), () => writeFindings(findings), copy),
    ),
    element('ul', { class: 'plain' }, ...items),
    rest > 0 ? element('p', { class: 'faint' }, t('{0} more', rest)) : null,
  ];
}

function writeGroup({ code, messages }: FindingGroup): readonly (Node | string)[] {
  const name = element('code', { class: 'faint' }, code);
  const [first = '', ...others] = messages.map((message) => showSafely(message));
  if (others.length === 0) return [first, ' ', name];
  return [name, element('ul', { class: 'plain' }, ...[first, ...others].map((text) => element('li', {}, text)))];
}

function writeFindings(findings: readonly Finding[]): string {
  return findings.map(({ severity, code, message }) => `${severity} ${code}: ${showSafely(message)}`).join('\n');
}
