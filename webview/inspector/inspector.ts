import { listFindings } from '../../daemon/token/list-findings.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { type InspectorRequest, type InspectorSnapshot, isInspectorSnapshot } from '../protocol.ts';
import { announce } from '../ui/announce.ts';
import { copyButton } from '../ui/copy-button.ts';
import { nameMilestone } from '../ui/countdown.ts';
import { button, element } from '../ui/element.ts';
import { connectHost, type Host } from '../ui/host.ts';
import { showDaemonNotice } from '../ui/notice.ts';
import { createSection } from '../ui/section.ts';
import { t } from '../ui/words.ts';
import { showEncryptedParts, showSignature } from './binary-parts.ts';
import { showChecks } from './checks-table.ts';
import { findNestedTokens } from './find-nested.ts';
import { showFindings } from './findings-list.ts';
import { createHighlighter, type Highlighter } from './highlight.ts';
import { type PartContext, type PartLook, refreshInstants, showJsonPart } from './json-part.ts';
import { showPasteBox } from './paste-box.ts';
import { readTokenView, type TokenView } from './read-token.ts';
import { followParts, showTokenText } from './token-text.ts';
import { describeUndecoded, describeVerdict } from './verdict-words.ts';
import { createVerifyForm, type VerifyForm } from './verify-form.ts';

const DEEPEST_NESTING = 3;
const TICK_MS = 1_000;

const main = document.querySelector('main') ?? document.body;
const title = createSection(element('h1', { class: 'unseen' }));
const banner = createSection(element('section', { class: 'banner' }));
const notice = createSection(element('div'));
const token = createSection(element('section'));
const verify = createSection(element('section'));
const findings = createSection(element('section'));
const checks = createSection(element('section'));
const looks = createSection(element('div', { class: 'looks' }));
const parts = createSection(element('div'));
const paste = createSection(element('section'));
main.append(
  title.node,
  banner.node,
  notice.node,
  token.node,
  verify.node,
  findings.node,
  looks.node,
  parts.node,
  checks.node,
  paste.node,
);

/** Beside an editor, or zoomed in, there is no room for a form before what it is about. */
const narrow = matchMedia('(max-width: 640px)');

let look: PartLook = 'table';
let view: TokenView | undefined;
let highlighter: Highlighter | null = null;
let form: VerifyForm | undefined;
let current: { readonly snapshot: InspectorSnapshot; readonly host: Host<InspectorRequest> } | undefined;

function show(snapshot: InspectorSnapshot, host: Host<InspectorRequest>): void {
  if (view === undefined || current?.snapshot.token !== snapshot.token) view = readTokenView(snapshot.token);
  current = { snapshot, host };
  render();
}

function render(): void {
  if (!current || !view) return;
  const { snapshot, host } = current;
  const shown = view;
  const { send } = host;
  const copy = (text: string) => send({ type: 'copy', text });
  const isEmpty = snapshot.token === '';
  title.show(t('Token Inspector'), () => [document.createTextNode(t('Token Inspector'))]);
  const ask = { daemon: snapshot.daemon, problem: snapshot.problem };
  notice.show(isEmpty ? null : ask, () => (isEmpty ? [] : showProblems(snapshot, send)));
  token.show(snapshot.token, () => {
    if (isEmpty) return [];
    const text = showTokenText(shown, copy);
    highlighter = createHighlighter(main, text.parts, text.starts);
    followParts(text, highlighter);
    return text.nodes;
  });
  const canVerify = !isEmpty && shown.decoded.kind !== 'jwe' && ['running', 'startable'].includes(snapshot.daemon);
  verify.show([canVerify, snapshot.token], () => {
    form = canVerify ? createVerifyForm(shown, snapshot, send, !narrow.matches) : undefined;
    return form ? [form.node] : [];
  });
  form?.update(snapshot);
  checks.show(snapshot.verdict?.checks ?? null, () =>
    snapshot.verdict ? showChecks(snapshot.verdict.checks, copy) : [],
  );
  placeChecks();
  const hasParts = shown.header !== null;
  looks.show([look, hasParts], () => (hasParts ? [showLooks()] : []));
  parts.show([look, snapshot.token], () => (isEmpty ? [] : showParts(shown, send, host.nowSeconds(), 0)));
  paste.show(isEmpty, () => [showPasteBox(isEmpty, (text) => send({ type: 'show', token: text }))]);
  tick();
}

/** What failed comes before what the token says; in a narrow page the checks follow the verdict, whatever it is. */
function placeChecks(): void {
  const isClean = !current?.snapshot.verdict || current.snapshot.verdict.status === 'accepted';
  const follower = narrow.matches ? token.node : isClean ? paste.node : looks.node;
  if (checks.node.nextSibling !== follower) main.insertBefore(checks.node, follower);
}

function showProblems({ daemon, problem }: InspectorSnapshot, send: Host<InspectorRequest>['send']): (Node | null)[] {
  const trouble = problem === null ? null : element('p', { class: 'notice bad', role: 'alert' }, showSafely(problem));
  return [trouble, showDaemonNotice(daemon, () => send({ type: 'startIssuer' }))];
}

/** What changes with time alone. Screen readers are told of a new verdict and of few moments, not of every second. */
function tick(): void {
  if (!current || !view) return;
  const { snapshot, host } = current;
  const now = host.nowSeconds();
  const exp = readExpiry(view);
  const isEmpty = snapshot.token === '';
  const words = view.decoded.kind === 'unknown' ? describeUndecoded(view.decoded) : describeVerdict(snapshot, exp, now);
  banner.show(isEmpty ? null : [words, snapshot.source], () => {
    if (isEmpty) return [];
    const headline = element('div', { class: `headline ${words.tone}` }, words.headline);
    const source = snapshot.source === '' ? null : element('p', { class: 'faint' }, showSafely(snapshot.source));
    return [headline, ...words.sentences.map((sentence) => element('p', {}, sentence)), source];
  });
  const spoken = words.spoken.endsWith('…') ? words.spoken : `${words.spoken}.`;
  if (!isEmpty) announce([spoken, ...words.sentences.slice(0, 1), sayMilestone(exp, now)].join(' '));
  findings.show([snapshot.token, Math.floor(now / 60), exp !== null && exp <= now], () =>
    isEmpty || !view ? [] : showFindings(listFindings(view.decoded, now), (text) => host.send({ type: 'copy', text })),
  );
  refreshInstants(parts.node, now);
}

function sayMilestone(exp: number | null, now: number): string {
  const milestone = exp === null ? null : nameMilestone(exp, now);
  if (milestone === null) return '';
  if (milestone === 'expired') return t('It has expired.');
  return milestone === 'minute' ? t('It expires within a minute.') : t('It expires within five minutes.');
}

function readExpiry({ payload }: TokenView): number | null {
  return payload?.members?.find(({ name }) => name === 'exp')?.instant ?? null;
}

function showLooks(): HTMLElement {
  const names: Readonly<Record<PartLook, string>> = { table: t('Table'), json: t('JSON'), raw: t('As written') };
  const choices = (Object.keys(names) as PartLook[]).map((name) =>
    button(
      names[name],
      () => {
        look = name;
        render();
        looks.node.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
      },
      { 'aria-pressed': String(look === name) },
    ),
  );
  return element('div', { class: 'row', role: 'group', 'aria-label': t('How the parts are shown') }, ...choices);
}

function showParts(
  shown: TokenView,
  send: Host<InspectorRequest>['send'],
  nowSeconds: number,
  depth: number,
): (Node | null)[] {
  const copy = (text: string) => send({ type: 'copy', text });
  const lights = depth === 0 ? highlighter : null;
  const context: PartContext = { look, nowSeconds, copy, highlighter: lights };
  const { kind } = shown.decoded;
  const nested = depth < DEEPEST_NESTING ? findNestedTokens(shown) : [];
  return [
    kind === 'jwe' ? showEncryptedParts(shown, lights) : null,
    shown.header ? showJsonPart(t('Header'), shown.header, 0, context) : null,
    shown.payload ? showJsonPart(t('Claims'), shown.payload, 1, context) : null,
    kind === 'jws' ? showSignature(shown, lights) : null,
    ...nested.map(({ path, token: inner }) => {
      const where = showSafely(path.join(' → ')).slice(0, 200);
      const content = showParts(readTokenView(inner), send, nowSeconds, depth + 1);
      const actions = element(
        'div',
        { class: 'row actions' },
        button(t('Inspect by itself'), () => send({ type: 'show', token: inner })),
        copyButton(t('the token in {0}', where), () => inner, copy),
      );
      return element(
        'details',
        { class: 'nested', open: true },
        element(
          'summary',
          {},
          t('Token inside, in {0}', where),
          ' ',
          element('span', { class: 'tag' }, t('not verified')),
        ),
        actions,
        ...content,
      );
    }),
  ];
}

narrow.addEventListener('change', () => {
  form?.unfold(!narrow.matches);
  placeChecks();
});
connectHost<InspectorSnapshot, InspectorRequest>(isInspectorSnapshot, show);
setInterval(() => {
  if (!document.hidden) tick();
}, TICK_MS);
