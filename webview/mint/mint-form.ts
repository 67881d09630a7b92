import { describeDuration } from '../../daemon/token/time-words.ts';
import type { Destination, MintDraft, MintRequest, MintSnapshot } from '../protocol.ts';
import { type DraftFault, readDraft } from '../read-draft.ts';
import { element } from '../ui/element.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t } from '../ui/words.ts';
import { describeFault } from './fault-words.ts';
import { offerNames } from './suggestions.ts';

export interface MintForm {
  readonly nodes: readonly Node[];
  /** Shows what is new without touching what somebody typed, or the focus. */
  update(snapshot: MintSnapshot): void;
}

const DESTINATIONS = {
  editor: 'Open in a new editor',
  clipboard: 'Copy to the clipboard',
  file: 'Save to a file…',
} as const satisfies Record<Destination, string>;

/** Longest silence between what is typed and the extension keeping it for when the page is hidden, milliseconds. */
const KEEP_MS = 250;

/** The form that signs. It stands in a frame of its own and says what it does: verifying looks different. */
export function createMintForm(first: MintSnapshot, send: (request: MintRequest) => void): MintForm {
  let snapshot = first;
  const issuer = element('select', { id: 'issuer', 'aria-describedby': 'signer' });
  const subject = createInput('subject', first.draft.subject);
  const audience = createInput('audience', first.draft.audience);
  const life = createInput('life', first.draft.life);
  const claims = element('textarea', {
    id: 'claims',
    rows: '9',
    spellcheck: 'false',
    'aria-describedby': 'claims-fault',
  });
  claims.value = first.draft.claims;
  const signer = element('p', { id: 'signer', class: 'faint' });
  const faultNodes = {
    life: createFault('life-fault'),
    claims: createFault('claims-fault'),
    issuer: createFault('issuer-fault'),
  };
  life.setAttribute('aria-describedby', 'life-fault');
  const mint = element('button', { type: 'submit', class: 'primary' }, '');
  const destinations = createDestinations(first.draft.destination);

  const read = (): MintDraft => ({
    slug: issuer.value,
    subject: subject.value,
    audience: audience.value,
    life: life.value,
    claims: claims.value,
    destination: destinations.read(),
  });
  const showFaults = (faults: readonly DraftFault[]) => {
    for (const [field, node] of Object.entries(faultNodes)) {
      node.textContent = faults
        .filter((fault) => fault.field === field)
        .map(describeFault)
        .join(' ');
    }
    for (const [field, input] of [
      ['life', life],
      ['claims', claims],
    ] as const) {
      input.setAttribute('aria-invalid', String(faults.some((fault) => fault.field === field)));
    }
  };
  const showSigner = () => {
    const chosen = snapshot.issuers.find(({ slug }) => slug === issuer.value);
    signer.textContent = chosen
      ? t('{0} signs with its {1} key {2}.', chosen.url, chosen.alg, shortenKid(chosen.kid ?? '–'))
      : t('The issuer of this platform is made when the first token is minted.');
    audience.placeholder = chosen?.url ?? '';
    life.placeholder = chosen ? describeDuration(chosen.lifeSeconds) : '';
  };
  let keeping: ReturnType<typeof setTimeout> | undefined;
  const keep = () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => send({ type: 'draft', draft: read() }), KEEP_MS);
    showSigner();
    showFaults(readDraft(read()).faults);
  };

  const names = offerNames(claims);
  const form = element(
    'form',
    { class: 'fields' },
    field('issuer', first.mode === 'mint' ? t('Issuer') : t('Platform'), issuer, signer, faultNodes.issuer),
    field('subject', t('Subject (sub)'), subject),
    field('audience', t('Audience (aud)'), audience),
    field('life', t('Lifetime'), life, faultNodes.life),
    field('claims', t('Further claims (JSON)'), claims, names, faultNodes.claims),
    destinations.node,
    element('div', { class: 'row' }, mint),
  );
  form.addEventListener('input', keep);
  claims.addEventListener('input', keep);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(keeping);
    const draft = read();
    const { faults } = readDraft(draft);
    showFaults(faults);
    if (faults.length === 0) send({ type: 'mint', draft });
    else (faults[0]?.field === 'life' ? life : claims).focus();
  });
  const update = (next: MintSnapshot) => {
    // The form was opened again for another issuer; anything else leaves the choice to the person.
    const isChosenAnew = next.draft.slug !== snapshot.draft.slug;
    snapshot = next;
    fillChoices(issuer, next, isChosenAnew || issuer.value === '' ? next.draft.slug : issuer.value);
    mint.textContent = next.minting ? t('Signing…') : t('Mint and Sign');
    mint.disabled = next.minting || next.daemon !== 'running';
    showSigner();
  };
  update(first);
  const intro = t('This signs a new token. Whoever holds it can act as its subject until it expires.');
  return { nodes: [element('p', { class: 'intro' }, intro), form], update };
}

function fillChoices(select: HTMLSelectElement, { mode, issuers, platforms }: MintSnapshot, chosen: string): void {
  const options =
    mode === 'mint'
      ? issuers.map(({ slug, platform }) => [slug, slug === platform ? slug : `${slug} (${platform})`, true] as const)
      : platforms.map(({ name, available }) => [name, available ? name : t('{0} (coming)', name), available] as const);
  const shown = JSON.stringify(options);
  if (select.dataset.shown !== shown) {
    select.dataset.shown = shown;
    select.replaceChildren(
      ...options.map(([value, label, isOffered]) => element('option', { value, disabled: !isOffered }, label)),
    );
  }
  const offered = options.filter(([, , isOffered]) => isOffered).map(([value]) => value);
  select.value = offered.includes(chosen) ? chosen : (offered[0] ?? '');
}

function field(id: string, label: string, ...content: readonly Node[]): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: id }, label), ...content);
}

function createInput(id: string, value: string): HTMLInputElement {
  const input = element('input', { id, spellcheck: 'false', autocomplete: 'off' });
  input.value = value;
  return input;
}

function createFault(id: string): HTMLElement {
  return element('p', { id, class: 'fault', 'aria-live': 'polite' });
}

function createDestinations(chosen: Destination): { node: HTMLElement; read: () => Destination } {
  const radios = (Object.keys(DESTINATIONS) as Destination[]).map((name) => {
    const radio = element('input', { type: 'radio', name: 'destination', id: `to-${name}`, value: name });
    radio.checked = name === chosen;
    return { name, radio };
  });
  const node = element(
    'fieldset',
    {},
    element('legend', {}, t('What happens to the token')),
    ...radios.map(({ name, radio }) =>
      element('div', { class: 'row' }, radio, element('label', { for: `to-${name}` }, t(DESTINATIONS[name]))),
    ),
  );
  return { node, read: () => radios.find(({ radio }) => radio.checked)?.name ?? 'editor' };
}
