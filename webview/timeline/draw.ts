import { showSafely } from '../../daemon/token/safe-text.ts';
import { describeInstant } from '../../daemon/token/time-words.ts';
import { element } from '../ui/element.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t } from '../ui/words.ts';
import { countTokens, describeLane, describeState } from './key-words.ts';
import { type Lane, type Phase, type PhaseKind, type Picture, placeInstant } from './lay-out.ts';

const PHASES = ['published', 'signing', 'verifying'] as const satisfies readonly PhaseKind[];

function namePhase(kind: PhaseKind): string {
  return { published: t('published'), signing: t('signs'), verifying: t('verifies') }[kind];
}

/** A bar narrower than this has no room for its name, percent. */
const ROOM_FOR_NAME = 9;
const MOST_TOKENS = 60;

/**
 * The picture of an issuer's keys. The table below says the same, so a screen reader gets one sentence for each key.
 */
export function drawKeys(picture: Picture): readonly Node[] {
  const label = picture.lanes.map((lane) => describeLane(lane, picture.nowMs)).join('; ');
  const drawing = element(
    'div',
    { class: 'picture', role: 'img', 'aria-label': showSafely(t('Keys over time: {0}', label)) },
    drawScale(picture),
    ...picture.lanes.map((lane) => drawLane(picture, lane)),
  );
  return [drawLegend(), drawing];
}

function drawLegend(): HTMLElement {
  const kinds = PHASES.map((kind) =>
    element('li', {}, element('span', { class: `swatch phase-${kind}` }), namePhase(kind)),
  );
  const revoked = element('li', {}, element('span', { class: 'swatch revoked' }), t('revoked'));
  const token = element('li', {}, element('span', { class: 'swatch life' }), t('token alive'));
  return element('ul', { class: 'legend', 'aria-hidden': 'true' }, ...kinds, revoked, token);
}

function drawScale({ fromMs, nowMs, toMs }: Picture): HTMLElement {
  const marks = [
    [fromMs, 0],
    [(fromMs + nowMs) / 2, 25],
    [nowMs, 50],
    [(nowMs + toMs) / 2, 75],
    [toMs, 100],
  ] as const;
  return element(
    'div',
    { class: 'scale' },
    ...marks.map(([ms, percent]) => {
      const words = ms === nowMs ? t('now') : describeInstant(ms / 1_000, nowMs / 1_000);
      const mark = element('span', { class: `mark mark-${percent}` }, words);
      mark.style.left = `${percent}%`;
      return mark;
    }),
  );
}

function drawLane(picture: Picture, lane: Lane): HTMLElement {
  const { key, phases, alive } = lane;
  const title = element(
    'div',
    { class: 'row lane-title' },
    element('code', {}, showSafely(shortenKid(key.kid))),
    element('span', { class: 'faint' }, key.alg),
    element('span', {}, describeState(key, picture.nowMs)),
    element('span', { class: 'faint' }, countTokens(alive.length)),
  );
  const track = element('div', { class: 'track' }, ...phases.map((phase) => drawPhase(picture, phase)));
  const lives = element('div', { class: 'lives' });
  for (const { issuedAt, expiresAt } of alive.slice(0, MOST_TOKENS)) {
    lives.append(
      place(element('span', { class: 'life' }), placeInstant(picture, issuedAt), placeInstant(picture, expiresAt)),
    );
  }
  return element('div', { class: `lane lane-${key.state}` }, title, track, lives);
}

function drawPhase(picture: Picture, { kind, fromMs, toMs }: Phase): HTMLElement {
  const start = placeInstant(picture, fromMs);
  const end = placeInstant(picture, toMs ?? picture.toMs);
  const name = end - start >= ROOM_FOR_NAME ? namePhase(kind) : '';
  return place(element('span', { class: `phase phase-${kind}${toMs === null ? ' open' : ''}` }, name), start, end);
}

/** Positions by script: the page's policy allows no inline style. */
function place(node: HTMLElement, start: number, end: number): HTMLElement {
  node.style.left = `${start}%`;
  node.style.width = `${Math.max(0, end - start)}%`;
  return node;
}
