import { showSafely } from '../../daemon/token/safe-text.ts';
import type { TimelineKey, TimelineSnapshot } from '../protocol.ts';
import { copyButton } from '../ui/copy-button.ts';
import { element } from '../ui/element.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t } from '../ui/words.ts';
import { describeMoment, describeSigningStart, describeState, type MomentWords } from './key-words.ts';
import type { Lane } from './lay-out.ts';

/** The same as the picture, for reading: every key, also those that are gone. */
export function showKeyTable(
  { slug, nowMs }: Pick<TimelineSnapshot, 'slug' | 'nowMs'>,
  lanes: readonly Lane[],
  copy: (text: string) => void,
): HTMLElement {
  const names = [
    t('Key'),
    t('State'),
    t('Published'),
    t('Signs from'),
    t('Signs until'),
    t('Verifies until'),
    t('Tokens alive'),
  ];
  const head = element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)));
  const rows = lanes.map(({ key, alive }) => {
    const name = showSafely(key.kid);
    const moments = listMoments(key, nowMs);
    return element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        element('code', { title: name }, shortenKid(name)),
        ' ',
        copyButton(t('the kid {0}', name), () => key.kid, copy),
        element('div', { class: 'faint' }, key.alg),
      ),
      ...[describeState(key, nowMs), ...moments.map(({ words }) => words), String(alive.length)].map((text, index) =>
        element('td', { 'data-label': names[index + 1] ?? '', title: moments[index - 1]?.full ?? '' }, text),
      ),
    );
  });
  const caption = element('caption', { class: 'unseen' }, t('Keys of {0}', slug));
  return element('table', { class: 'keys' }, caption, element('thead', {}, head), element('tbody', {}, ...rows));
}

function listMoments(key: TimelineKey, nowMs: number): MomentWords[] {
  const { createdAt, activatedAt, retiringAt, verifiesUntil, retiredAt, revokedAt } = key;
  const ended = revokedAt ?? retiredAt;
  return [
    describeMoment(createdAt, nowMs),
    describeSigningStart(key, nowMs),
    describeMoment(activatedAt === null ? null : (retiringAt ?? ended), nowMs),
    describeMoment(ended ?? verifiesUntil, nowMs),
  ];
}
