import { MAX_DECODE_LENGTH } from '../../daemon/token/decode.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { formatInstant } from '../../daemon/token/time-words.ts';
import { type MemberView, readTokenView } from '../inspector/read-token.ts';
import { type CompareRequest, type CompareSnapshot, isCompareSnapshot } from '../protocol.ts';
import { announce } from '../ui/announce.ts';
import { button, element } from '../ui/element.ts';
import { connectHost, type Host } from '../ui/host.ts';
import { createSection } from '../ui/section.ts';
import { showValue } from '../ui/show-value.ts';
import { t } from '../ui/words.ts';
import { type ComparedRow, compareTokens, haveClaims } from './compare-tokens.ts';

const MOST_ROWS = 500;

const SIGNS = { same: '=', different: '≠', left: '←', right: '→' } as const;

const main = document.querySelector('main') ?? document.body;
const summary = createSection(element('section', { class: 'banner' }));
const inputs = createSection(element('section'));
const table = createSection(element('section'));
const title = createSection(element('h1'));
main.append(title.node, summary.node, table.node, inputs.node);

let onlyDifferent = false;
let current: { readonly snapshot: CompareSnapshot; readonly host: Host<CompareRequest> } | undefined;

function show(snapshot: CompareSnapshot, host: Host<CompareRequest>): void {
  current = { snapshot, host };
  render();
}

function render(): void {
  if (!current) return;
  const { snapshot, host } = current;
  const { left, right } = snapshot;
  const isComplete = left !== '' && right !== '';
  title.show(t('Compare Tokens'), () => [document.createTextNode(t('Compare Tokens'))]);
  const rows = isComplete ? compareTokens(left, right) : [];
  const odd = rows.filter(({ outcome }) => outcome !== 'same').length;
  const headline = describeOutcome(snapshot, odd, rows.length);
  summary.show([isComplete, headline], () =>
    isComplete
      ? [
          element('div', { class: 'headline' }, headline),
          element('p', {}, t('Neither token is verified here: this compares what the texts say.')),
        ]
      : [element('p', {}, t('Put in two tokens to see claim by claim how they differ.'))],
  );
  if (isComplete) announce(headline);
  table.show([left, right, onlyDifferent], () => (isComplete ? showRows(rows, snapshot) : []));
  inputs.show([left, right], () => [showInputs(snapshot, host)]);
}

function describeOutcome({ left, right }: CompareSnapshot, odd: number, all: number): string {
  if (!haveClaims(left, right)) return t('Their claims cannot be compared: not both can be read');
  return odd === 0 ? t('Every name has the same value') : t('{0} of {1} names differ', odd, all);
}

function showRows(rows: readonly ComparedRow[], { left, right }: CompareSnapshot): Node[] {
  const toggle = element('input', { type: 'checkbox', id: 'only-different' });
  toggle.checked = onlyDifferent;
  toggle.addEventListener('change', () => {
    onlyDifferent = toggle.checked;
    render();
    document.getElementById('only-different')?.focus();
  });
  const shown = rows.filter(({ outcome }) => !onlyDifferent || outcome !== 'same');
  const names = [t('Name'), nameToken(t('Left'), left), nameToken(t('Right'), right)];
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, element('span', { class: 'unseen' }, t('Outcome'))),
    ...names.map((name) => element('th', { scope: 'col' }, name)),
  );
  const body = element('tbody', {}, ...shown.slice(0, MOST_ROWS).map(showRow));
  const rest = shown.length - MOST_ROWS;
  return [
    element(
      'div',
      { class: 'row choice' },
      toggle,
      element('label', { for: 'only-different' }, t('Only what differs')),
    ),
    element('table', { class: 'compared' }, element('thead', {}, head), body),
    ...(rest > 0 ? [element('p', { class: 'faint' }, t('{0} more', rest))] : []),
  ];
}

/** A column is told from the other by what its token is about. */
function nameToken(side: string, token: string): string {
  const sub = readTokenView(token).decoded.claims?.sub;
  return typeof sub === 'string' ? `${side} · ${showSafely(sub).slice(0, 60)}` : side;
}

function showRow({ part, name, left, right, outcome, note }: ComparedRow): HTMLTableRowElement {
  return element(
    'tr',
    { class: outcome === 'same' ? 'same' : 'odd' },
    element(
      'td',
      { class: 'sign' },
      element('span', { 'aria-hidden': 'true' }, SIGNS[outcome]),
      element('span', { class: 'unseen' }, sayOutcome(outcome)),
    ),
    element(
      'th',
      { scope: 'row' },
      element('code', {}, showSafely(name)),
      element('div', { class: 'faint' }, part === 'header' ? t('header') : t('claim')),
    ),
    showSide(left, t('Left'), null),
    showSide(right, t('Right'), note),
  );
}

function sayOutcome(outcome: ComparedRow['outcome']): string {
  return {
    same: t('same'),
    different: t('different'),
    left: t('only on the left'),
    right: t('only on the right'),
  }[outcome];
}

function showSide(values: readonly MemberView[], side: string, note: string | null): HTMLTableCellElement {
  const shown = values.map(({ raw, instant }) => {
    const words = instant === null ? null : formatInstant(instant);
    return element('div', {}, showValue(raw), words === null ? null : element('div', { class: 'faint' }, words));
  });
  return element(
    'td',
    { 'data-side': side },
    ...(shown.length > 0 ? shown : [element('span', { class: 'faint' }, t('not there'))]),
    note === null ? null : element('div', { class: 'faint' }, note),
  );
}

function showInputs({ left, right }: CompareSnapshot, { send }: Host<CompareRequest>): HTMLElement {
  const one = showInput('left', t('Left token'), left);
  const other = showInput('right', t('Right token'), right);
  const form = element(
    'form',
    {},
    element('div', { class: 'sides' }, one.field, other.field),
    element(
      'div',
      { class: 'row actions' },
      element('button', { type: 'submit', class: 'primary' }, t('Compare')),
      button(t('Swap'), () => send({ type: 'show', left: other.input.value, right: one.input.value })),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send({ type: 'show', left: one.input.value, right: other.input.value });
  });
  return form;
}

function showInput(id: string, label: string, value: string): { field: HTMLElement; input: HTMLTextAreaElement } {
  const input = element('textarea', {
    id,
    rows: '4',
    spellcheck: 'false',
    autocomplete: 'off',
    maxlength: String(MAX_DECODE_LENGTH + 1),
  });
  input.value = value;
  return { field: element('div', {}, element('label', { for: id }, label), input), input };
}

connectHost<CompareSnapshot, CompareRequest>(isCompareSnapshot, show);
