import { showSafely } from '../../daemon/token/safe-text.ts';
import { formatMilliseconds } from '../../daemon/token/time-words.ts';
import { isMintSnapshot, type MintRequest, type MintSnapshot } from '../protocol.ts';
import { announce } from '../ui/announce.ts';
import { button, element } from '../ui/element.ts';
import { connectHost, type Host } from '../ui/host.ts';
import { showDaemonNotice } from '../ui/notice.ts';
import { createSection } from '../ui/section.ts';
import { t } from '../ui/words.ts';
import { createMintForm, type MintForm } from './mint-form.ts';

const main = document.querySelector('main') ?? document.body;
const title = createSection(element('div'));
const notice = createSection(element('div'));
const place = createSection(element('section', { class: 'signing' }));
const result = createSection(element('section', { class: 'result' }));
main.append(title.node, notice.node, place.node, result.node);

let form: MintForm | undefined;

function show(snapshot: MintSnapshot, { send }: Host<MintRequest>): void {
  const { mode, daemon, filled, minted } = snapshot;
  title.show(mode, () => [element('h1', {}, mode === 'mint' ? t('Mint Token') : t('Simulate Workflow Job'))]);
  notice.show(daemon, () => [showDaemonNotice(daemon, () => send({ type: 'startIssuer' }))]);
  place.show([mode, filled], () => {
    form = createMintForm(snapshot, send, () => {
      result.node.hidden = true;
    });
    return form.nodes;
  });
  form?.update(snapshot);
  result.show(minted, () => (minted === null ? [] : showMinted(minted, send)));
}

function showMinted(
  { jti, issuer, kid, expiresAt, where }: NonNullable<MintSnapshot['minted']>,
  send: Host<MintRequest>['send'],
): readonly Node[] {
  const facts = [
    [t('Issuer'), issuer],
    [t('Key'), kid],
    [t('Token ID'), jti],
    [t('Expires'), formatMilliseconds(expiresAt)],
  ] as const;
  announce(t('Token minted. {0}', where));
  return [
    element('h2', {}, t('Minted and signed')),
    element('p', {}, where),
    element(
      'dl',
      {},
      ...facts.flatMap(([name, value]) => [
        element('dt', {}, name),
        element('dd', {}, element('code', {}, showSafely(value))),
      ]),
    ),
    button(t('Inspect It'), () => send({ type: 'inspect' })),
  ];
}

connectHost<MintSnapshot, MintRequest>(isMintSnapshot, show);
