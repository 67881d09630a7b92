import { showSafely } from '../../daemon/token/safe-text.ts';
import { formatInstant } from '../../daemon/token/time-words.ts';
import { copyButton } from '../ui/copy-button.ts';
import { describeNearInstant } from '../ui/countdown.ts';
import { button, element } from '../ui/element.ts';
import { indentJson } from '../ui/json-text.ts';
import { showLines, showValue } from '../ui/show-value.ts';
import { t, translateKnown } from '../ui/words.ts';
import { followAttention, type Highlighter } from './highlight.ts';
import type { JsonPartView, MemberView } from './read-token.ts';
import { roveFocus } from './roving.ts';

/** Rows that are made before somebody asks for the rest. */
const SHOWN_ROWS = 200;

export type PartLook = 'table' | 'json' | 'raw';

export interface PartContext {
  readonly look: PartLook;
  readonly nowSeconds: number;
  readonly copy: (text: string) => void;
  /** null inside a nested token, whose text is not on the page. */
  readonly highlighter: Highlighter | null;
}

/** Header or payload: as a table with meanings, as indented JSON, or as it was written. */
export function showJsonPart(title: string, view: JsonPartView, index: number, context: PartContext): HTMLElement {
  const heading = element(
    'div',
    { class: 'row' },
    element('h2', {}, title),
    copyButton(t('{0} as JSON', title), () => view.text, context.copy),
  );
  const { highlighter } = context;
  const section = element('section', { class: 'json-part' }, heading, showBody(title, view, context));
  if (highlighter) {
    section.setAttribute('data-part', String(index));
    followAttention(section, (isOn) => highlighter.lightPart(isOn ? index : null));
  }
  return section;
}

function showBody(title: string, view: JsonPartView, context: PartContext): HTMLElement {
  if (view.members !== null && context.look === 'table') return showMembers(title, view.members, context);
  const isPretty = view.members !== null && context.look === 'json';
  const text = isPretty ? indentJson(view.text) : view.text;
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': t('Text of: {0}', title) }, showLines(text));
}

function showMembers(title: string, members: readonly MemberView[], context: PartContext): HTMLElement {
  if (members.length === 0) return element('p', { class: 'faint' }, t('There is nothing in it.'));
  const body = element('tbody', {}, ...members.slice(0, SHOWN_ROWS).map((member) => showMember(member, context)));
  const head = element(
    'tr',
    {},
    ...[t('Name'), t('Value'), t('Meaning')].map((name) => element('th', { scope: 'col' }, name)),
    element('td'),
  );
  const caption = element('caption', { class: 'unseen' }, t('{0}: the arrow keys go from row to row', title));
  const table = element('table', { class: 'members' }, caption, element('thead', {}, head), body);
  roveFocus(table, 'button.copy-value');
  const rest = members.slice(SHOWN_ROWS);
  if (rest.length === 0) return table;
  const more = button(t('Show {0} more', rest.length), () => {
    body.append(...rest.map((member) => showMember(member, context)));
    more.remove();
  });
  return element('div', {}, table, more);
}

function showMember(member: MemberView, { copy, highlighter, nowSeconds }: PartContext): HTMLTableRowElement {
  const { name, raw, meaning, instant, isRepeated, span } = member;
  const copier = copyButton(t('the value of {0}', showSafely(name)), () => readCopied(raw), copy);
  copier.classList.add('copy-value');
  copier.tabIndex = -1;
  const title = element(
    'th',
    { scope: 'row' },
    element('code', {}, showSafely(name)),
    isRepeated ? element('span', { class: 'tag bad' }, t('duplicate')) : null,
    meaning ? element('div', { class: 'faint' }, translateKnown(meaning.title)) : null,
  );
  const value = element('td', {}, showValue(raw), instant === null ? null : showInstant(name, instant, nowSeconds));
  const explained = element(
    'td',
    { class: 'meaning' },
    meaning ? translateKnown(meaning.meaning) : null,
    meaning ? element('div', { class: 'faint' }, meaning.source) : null,
  );
  const row = element('tr', {}, title, value, explained, element('td', { class: 'action' }, copier));
  if (highlighter && span) followAttention(row, (isOn) => highlighter.lightText(isOn ? span : null));
  return row;
}

function readCopied(raw: string): string {
  return raw.startsWith('"') ? String(JSON.parse(raw)) : raw;
}

function showInstant(name: string, seconds: number, nowSeconds: number): HTMLElement {
  const instant = formatInstant(seconds) ?? '';
  return element(
    'div',
    {},
    element('time', { datetime: instant }, instant),
    ' · ',
    element('span', { 'data-seconds': String(seconds), 'data-claim': name }, describeTime(name, seconds, nowSeconds)),
  );
}

/** Brings every time in words up to now; nothing is read aloud by this. */
export function refreshInstants(root: HTMLElement, nowSeconds: number): void {
  for (const node of root.querySelectorAll<HTMLElement>('[data-seconds]')) {
    const words = describeTime(node.dataset.claim ?? '', Number(node.dataset.seconds), nowSeconds);
    if (node.textContent !== words) node.textContent = words;
  }
}

function describeTime(name: string, seconds: number, nowSeconds: number): string {
  const words = describeNearInstant(seconds, nowSeconds);
  if (name !== 'exp') return words;
  return nowSeconds >= seconds ? t('expired {0}', words) : t('expires {0}', words);
}
