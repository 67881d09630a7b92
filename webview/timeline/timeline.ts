import { showSafely } from '../../daemon/token/safe-text.ts';
import { isTimelineSnapshot, type TimelineRequest, type TimelineSnapshot } from '../protocol.ts';
import { button, element } from '../ui/element.ts';
import { connectHost, type Host } from '../ui/host.ts';
import { showDaemonNotice } from '../ui/notice.ts';
import { createSection } from '../ui/section.ts';
import { t } from '../ui/words.ts';
import { drawKeys } from './draw.ts';
import { showKeyTable } from './key-table.ts';
import { layOutKeys, layOutPicture } from './lay-out.ts';

const REDRAW_MS = 15_000;

const main = document.querySelector('main') ?? document.body;
const head = createSection(element('div'));
const notice = createSection(element('div'));
const picture = createSection(element('section'));
const table = createSection(element('section'));
const title = createSection(element('h1'));
main.append(title.node, head.node, notice.node, picture.node, table.node);

let current: { readonly snapshot: TimelineSnapshot; readonly host: Host<TimelineRequest> } | undefined;

function show(snapshot: TimelineSnapshot, host: Host<TimelineRequest>): void {
  current = { snapshot, host };
  const { slug, slugs, url, daemon, problem } = snapshot;
  title.show(t('Key Timeline'), () => [document.createTextNode(t('Key Timeline'))]);
  head.show([slug, slugs, url, daemon], () => [showHead(snapshot, host.send)]);
  notice.show([daemon, problem], () => [
    problem === null ? null : element('p', { class: 'notice bad', role: 'alert' }, showSafely(problem)),
    showDaemonNotice(daemon, () => host.send({ type: 'startIssuer' })),
  ]);
  redraw();
}

function showHead({ slug, slugs, url, daemon }: TimelineSnapshot, send: Host<TimelineRequest>['send']): HTMLElement {
  const choice = element('select', { id: 'issuer' }, ...slugs.map((name) => element('option', { value: name }, name)));
  choice.value = slug;
  choice.addEventListener('change', () => send({ type: 'choose', slug: choice.value }));
  const rotate = button(t('Rotate Signing Key…'), () => send({ type: 'rotate' }));
  rotate.disabled = daemon !== 'running';
  return element(
    'div',
    { class: 'row head' },
    element('label', { for: 'issuer' }, t('Issuer')),
    choice,
    element('span', { class: 'faint grow' }, url),
    rotate,
  );
}

function redraw(): void {
  if (!current) return;
  const { snapshot, host } = current;
  const nowMs = host.nowSeconds() * 1_000;
  const { keys, tokens, more, slug } = snapshot;
  const key = [keys, tokens, Math.floor(nowMs / REDRAW_MS)];
  const lanes = layOutKeys({ keys, tokens, nowMs });
  picture.show(key, () => (lanes.length === 0 ? [] : drawKeys(layOutPicture(lanes, nowMs))));
  table.show([key, slug, more], () => {
    if (lanes.length === 0) return [];
    const note = more
      ? element('p', { class: 'faint' }, t('Counted among the newest {0} tokens.', tokens.length))
      : null;
    return [
      element('h2', {}, t('Keys')),
      showKeyTable({ slug, nowMs }, lanes, (text) => host.send({ type: 'copy', text })),
      note,
    ];
  });
}

connectHost<TimelineSnapshot, TimelineRequest>(isTimelineSnapshot, show);
setInterval(() => {
  if (!document.hidden && !table.node.contains(document.activeElement)) redraw();
}, REDRAW_MS);
