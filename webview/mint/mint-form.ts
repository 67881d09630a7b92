import { listKnownClaims } from '../../daemon/token/claims-dictionary.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import { describeDuration } from '../../daemon/token/time-words.ts';
import type { MintDraft, MintField, MintRequest, MintSnapshot } from '../protocol.ts';
import { readDraft } from '../read-draft.ts';
import { button, element } from '../ui/element.ts';
import { moveFocus } from '../ui/move-focus.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t, translateKnown } from '../ui/words.ts';
import { findWrongTypes } from './check-types.ts';
import type { Suggestion } from './complete-name.ts';
import { createDestinations } from './destinations.ts';
import { describeFault } from './fault-words.ts';
import { createField, createInput, type Field, fillChoices } from './field.ts';
import { createJobFields } from './job-fields.ts';
import { createPreview } from './job-preview.ts';
import { offerNames } from './suggestions.ts';

export interface MintForm {
  readonly nodes: readonly Node[];
  /** Shows what is new without touching what somebody typed, or the focus. */
  update(snapshot: MintSnapshot): void;
}

/** Longest silence between what is typed and the extension knowing it, milliseconds. */
const KEEP_MS = 250;

/**
 * The form that signs. It stands in a frame of its own and says what it does: verifying looks different.
 * @param onFault told when something is wrong with what was to be minted, so that nothing else was
 */
export function createMintForm(
  first: MintSnapshot,
  send: (request: MintRequest) => void,
  onFault: () => void,
): MintForm {
  const { draft } = first;
  let snapshot = first;
  /** The refusal that is shown; it goes when something is changed. */
  let shownProblem = '';
  let isDismissed = false;
  const signer = element('p', { id: 'signer', class: 'faint' });
  const issuer = createField(
    first.mode === 'mint' ? t('Issuer') : t('Platform'),
    element('select', { id: 'issuer', 'aria-describedby': signer.id }),
    signer,
  );
  const job = createJobFields(draft);
  const preview = createPreview();
  const subject = createField(t('Subject (sub)'), createInput('subject', draft.subject));
  const audience = createField(t('Audience (aud)'), createInput('audience', draft.audience));
  const life = createField(t('Lifetime'), createInput('life', draft.life));
  const text = element('textarea', { id: 'claims', rows: '9', spellcheck: 'false', 'aria-describedby': 'claims-hint' });
  text.value = draft.claims;
  const hint = element('p', { id: 'claims-hint', class: 'hint' });
  const claims = createField(t('Further claims (JSON)'), text, offerNames(text, listNames), hint);
  const lookAlike = createLookAlike(draft.lookAlike);
  const destinations = createDestinations(draft.destination);
  const mint = element('button', { type: 'submit', class: 'primary' }, '');
  const terminal = button(t('Open CI Terminal'), () => submit('terminal'));
  const watch = button(t('Watch'), () => submit('watch'), { title: t('Mint the token and follow its verdict') });
  const fault = element('p', { class: 'fault', role: 'alert' });
  const fields: Readonly<Record<Exclude<MintField, 'form'>, Field>> = {
    issuer,
    ...job.fields,
    subject,
    audience,
    life,
    claims,
    lookAlike,
  };

  const findPlatform = () => {
    const slug = issuer.input.value;
    const name = snapshot.issuers.find((known) => known.slug === slug)?.platform ?? slug;
    return snapshot.platforms.find((platform) => platform.name === name);
  };
  function listNames(): readonly Suggestion[] {
    const own = findPlatform()?.claims ?? [];
    if (own.length > 0) return own;
    return listKnownClaims().map(([name, { meaning }]) => ({ name, meaning: translateKnown(meaning) }));
  }
  const read = (): MintDraft => ({
    slug: issuer.input.value,
    ...job.read(),
    subject: subject.input.value,
    audience: audience.input.value,
    life: life.input.value,
    claims: text.value,
    lookAlike: lookAlike.input.checked && !lookAlike.node.hidden,
    destination: destinations.read(),
  });
  const showFaults = () => {
    const { faults } = readDraft(read());
    const { problem, previewProblem } = snapshot;
    const problems = [isDismissed ? null : problem, previewProblem].filter((one) => one !== null);
    for (const [name, field] of Object.entries(fields)) {
      const own = faults.filter((one) => one.field === name).map(describeFault);
      const others = problems.filter((one) => one.field === name).map((one) => showSafely(one.text));
      field.tell([...own, ...others].join(' '));
    }
    fault.textContent = problems
      .filter(({ field }) => field === 'form')
      .map((one) => showSafely(one.text))
      .join(' ');
    const wrong = findWrongTypes(text.value, findPlatform()?.claims ?? []);
    hint.textContent = wrong.map(({ name, type }) => t('On the platform {0} is of type {1}.', name, type)).join(' ');
    return faults;
  };
  const show = () => {
    const platform = findPlatform();
    const hasJobs = (platform?.events.length ?? 0) > 0;
    job.update(snapshot, platform);
    lookAlike.node.hidden = !hasJobs;
    preview.update(snapshot, hasJobs ? platform : undefined, read());
    const known = snapshot.issuers.find(({ slug }) => slug === issuer.input.value);
    signer.textContent = known
      ? t('{0} signs with {1} ({2}).', known.url, shortenKid(known.kid ?? '–'), known.alg)
      : snapshot.daemon === 'running' && platform !== undefined
        ? t('The issuer of this platform is made when it is asked for its first token.')
        : '';
    audience.input.placeholder = (hasJobs ? readAudience(snapshot) : known?.url) ?? '';
    life.input.placeholder = known ? describeDuration(known.lifeSeconds) : '';
  };
  let keeping: ReturnType<typeof setTimeout> | undefined;
  const keep = () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => send({ type: 'draft', draft: read() }), KEEP_MS);
    isDismissed = true;
    show();
    preview.outdate();
    showFaults();
  };
  function submit(type: 'mint' | 'watch' | 'terminal') {
    clearTimeout(keeping);
    const faults = type === 'terminal' ? [] : showFaults();
    const [wrong] = faults;
    if (wrong === undefined) return send({ type, draft: read() });
    onFault();
    reveal(wrong.field);
  }
  const more = element('details', { class: 'more' }, element('summary', {}, t('Say something else')));
  const reveal = (name: MintField) => {
    if (name === 'form') return fault.scrollIntoView({ block: 'nearest' });
    if (more.contains(fields[name].node)) more.open = true;
    moveFocus(fields[name].input);
    fields[name].node.scrollIntoView({ block: 'nearest' });
  };

  const overrides = [subject.node, life.node, claims.node, lookAlike.node];
  // A simulated job says what the platform says; to change it is for those who look for it.
  more.append(...(first.mode === 'simulate' ? overrides : []));
  more.open = draft.subject + draft.life + draft.claims !== '' || draft.lookAlike;
  const form = element(
    'form',
    { class: 'fields' },
    issuer.node,
    job.node,
    preview.node,
    ...(first.mode === 'simulate'
      ? [audience.node, more]
      : [subject.node, audience.node, life.node, claims.node, lookAlike.node]),
    destinations.node,
    element('div', { class: 'row' }, mint, terminal, watch),
    fault,
  );
  form.addEventListener('input', keep);
  text.addEventListener('input', keep);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit('mint');
  });

  const update = (next: MintSnapshot) => {
    const isFirst = next === snapshot;
    snapshot = next;
    fillChoices(
      issuer.input,
      listIssuers(next),
      isFirst || issuer.input.value === '' ? next.draft.slug : issuer.input.value,
    );
    mint.textContent = next.minting ? t('Signing…') : t('Mint and Sign');
    mint.disabled = next.minting || next.daemon !== 'running';
    watch.disabled = mint.disabled;
    terminal.disabled = next.daemon !== 'running';
    show();
    const problem = next.minting ? null : next.problem;
    const isNew = problem !== null && JSON.stringify(problem) !== shownProblem;
    shownProblem = problem === null ? '' : JSON.stringify(problem);
    if (isNew) isDismissed = false;
    showFaults();
    if (isNew) reveal(problem.field);
  };
  update(first);
  const intro = t('This signs a new token. Whoever holds it can act as its subject until it expires.');
  return { nodes: [element('p', { class: 'intro' }, intro), form], update };
}

/** What the platform puts there by itself. */
function readAudience({ preview }: MintSnapshot): string | undefined {
  const audience: unknown = preview === null ? undefined : JSON.parse(preview.audience);
  return Array.isArray(audience) ? audience.join(', ') : typeof audience === 'string' ? audience : undefined;
}

function listIssuers({ mode, issuers, platforms, draft }: MintSnapshot): { value: string; label: string }[] {
  const own = issuers.map(({ slug, platform }) => ({
    value: slug,
    label: slug === platform ? slug : `${slug} (${platform})`,
  }));
  if (mode === 'mint') return own;
  const firsts = platforms.map(({ name, label }) => ({ value: name, label }));
  const others = own.filter(({ value }) => !firsts.some((first) => first.value === value));
  // Before the daemon has said what there is, the form shows what it was opened for.
  return platforms.length === 0 ? [{ value: draft.slug, label: draft.slug }] : [...firsts, ...others];
}

/** A token that names the real platform: of use against trust rules, and nowhere else. */
function createLookAlike(checked: boolean): Field & { readonly input: HTMLInputElement } {
  const input = element('input', { type: 'checkbox', id: 'look-alike', 'aria-describedby': 'look-alike-warning' });
  input.checked = checked;
  const warning = element(
    'p',
    { id: 'look-alike-warning', class: 'faint' },
    t(
      'Marked in its header and signed with a key of this machine: for trying trust rules. No real service accepts it.',
    ),
  );
  const fault = element('p', { class: 'fault', 'aria-live': 'polite' });
  const label = element('label', { for: input.id }, t('Carry the iss of the real platform (look-alike)'));
  const node = element('div', { class: 'field check' }, element('div', { class: 'row' }, input, label), warning, fault);
  return {
    node,
    input,
    tell: (text) => {
      fault.textContent = text;
    },
  };
}
