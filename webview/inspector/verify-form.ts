import type { InspectorRequest, InspectorSnapshot } from '../protocol.ts';
import { splitAudience } from '../read-draft.ts';
import { button, element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { isElsewhere, presetForm } from './preset.ts';
import type { TokenView } from './read-token.ts';

export interface VerifyForm {
  readonly node: Node;
  unfold(open: boolean): void;
  /** Shows what is new without touching what somebody typed, or the focus. */
  update(snapshot: InspectorSnapshot): void;
}

/**
 * Asks what the token is held against. It looks at a token and changes nothing: the form that signs looks different and
 * says so (webview/mint).
 */
export function createVerifyForm(
  view: TokenView,
  first: InspectorSnapshot,
  send: (request: InspectorRequest) => void,
  open: boolean,
): VerifyForm {
  let snapshot = first;
  let preset = presetForm(view, first);
  const issuer = element('input', { id: 'issuer', list: 'issuers', spellcheck: 'false', autocomplete: 'off' });
  issuer.placeholder = t('any issuer of this machine');
  issuer.value = preset.issuer;
  const audience = element('input', { id: 'audience', spellcheck: 'false', autocomplete: 'off' });
  audience.placeholder = t('not checked');
  audience.setAttribute('aria-describedby', 'audience-hint');
  const hint = element(
    'p',
    { class: 'faint', id: 'audience-hint' },
    t('The audience is the one of the token itself until you change it: expect what your service expects.'),
  );
  audience.value = preset.audience;
  const offered = element('datalist', { id: 'issuers' });
  const warning = element('p', { class: 'notice', id: 'fetches', hidden: true });
  const watch = button('', () => send(snapshot.watched ? { type: 'unwatch' } : { type: 'watch', expect: read() }), {
    'aria-describedby': 'fetches',
  });

  const read = () => ({ issuer: issuer.value.trim(), audience: splitAudience(audience.value) });
  const warn = () => {
    const url = issuer.value.trim();
    warning.hidden = !isElsewhere(url, snapshot);
    warning.textContent = warning.hidden ? '' : t('Keys are fetched from {0} when you verify.', url);
  };
  const update = (next: InspectorSnapshot) => {
    snapshot = next;
    const proposed = presetForm(view, next);
    if (issuer.value === preset.issuer) issuer.value = proposed.issuer;
    if (audience.value === preset.audience) audience.value = proposed.audience;
    preset = proposed;
    offered.replaceChildren(...listIssuers(view, next).map((url) => element('option', { value: url })));
    watch.textContent = next.watched ? t('Stop Watching') : t('Watch');
    watch.title = next.watched ? '' : t('Verify, and tell when the verdict changes');
    warn();
  };
  issuer.addEventListener('input', warn);

  const form = element(
    'form',
    { class: 'verify' },
    element('div', {}, element('label', { for: 'issuer' }, t('Expected issuer')), issuer, offered),
    element('div', {}, element('label', { for: 'audience' }, t('Expected audience')), audience),
    hint,
    warning,
    element(
      'div',
      { class: 'row actions' },
      element('button', { type: 'submit', class: 'primary', 'aria-describedby': 'fetches' }, t('Verify')),
      watch,
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send({ type: 'verify', expect: read() });
  });
  update(first);
  const title = element('summary', {}, element('h2', {}, t('Verify')));
  const node = element('details', { open }, title, form);
  return {
    node,
    unfold: (isOpen) => {
      node.open = isOpen;
    },
    update,
  };
}

/** Known issuers, and the one that the token names: choosing it is up to the person. */
function listIssuers({ decoded }: TokenView, { issuers }: InspectorSnapshot): readonly string[] {
  const iss = decoded.claims?.iss;
  const own = typeof iss === 'string' && iss.length <= 2_048 ? [iss] : [];
  return [...new Set([...issuers.map(({ url }) => url), ...own])];
}
