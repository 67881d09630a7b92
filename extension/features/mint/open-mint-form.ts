import { l10n, ViewColumn, type WebviewPanel, window } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { Issuer } from '../../../daemon/protocol/resources.ts';
import {
  isMintRequest,
  type MintDraft,
  type MintIssuer,
  type MintRequest,
  type MintSnapshot,
  type PlatformChoice,
} from '../../../webview/protocol.ts';
import { readDraft } from '../../../webview/read-draft.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { openPage, type SnapshotBase } from '../../pages/open-page.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { openInspector } from '../inspector/open-inspector.ts';
import { prepareDelivery } from './deliver-token.ts';
import type { MintWishes } from './draft-like.ts';
import { listPlatforms } from './list-platforms.ts';

export type MintMode = MintSnapshot['mode'];

export interface MintContext extends FeatureContext {
  readonly documents: VirtualDocuments;
}

interface Opened {
  readonly panel: WebviewPanel;
  readonly choose: (slug: string) => void;
}

/** One form of each kind in a window. What is typed lives as long as the form, in memory only. */
const opened: Readonly<Record<MintMode, WeakMap<FeatureContext['session'], Opened>>> = {
  mint: new WeakMap(),
  simulate: new WeakMap(),
};

const EMPTY: Omit<MintDraft, 'slug'> = { subject: '', audience: '', life: '', claims: '', destination: 'editor' };

/** Shows the form that mints; `slug` is the issuer, or the platform to simulate. With wishes it is made anew, filled in. */
export function openMintForm(context: MintContext, mode: MintMode, slug: string, wishes?: MintWishes): void {
  if (wishes !== undefined) opened[mode].get(context.session)?.panel.dispose();
  const { panel, choose } = opened[mode].get(context.session) ?? openPanel(context, mode, wishes);
  choose(wishes?.slug ?? slug);
  panel.reveal();
}

function openPanel(context: MintContext, mode: MintMode, wishes?: MintWishes): Opened {
  const { session, documents } = context;
  const title = mode === 'mint' ? l10n.t('Mint Token') : l10n.t('Simulate Workflow Job');
  const panel = window.createWebviewPanel(`mintmark.${mode}Panel`, title, ViewColumn.Active, {});
  let draft: MintDraft = { slug: 'default', ...EMPTY, ...wishes };
  let platforms: readonly PlatformChoice[] = [];
  let minting = false;
  let problem: string | null = null;
  let minted: MintSnapshot['minted'] = null;
  let token = '';

  const makeSnapshot = (base: SnapshotBase): MintSnapshot => ({
    ...base,
    type: 'snapshot',
    mode,
    issuers: session.issuers.map(toMintIssuer),
    platforms,
    draft,
    minting,
    problem,
    minted,
  });
  const mint = async (): Promise<void> => {
    const { order } = readDraft(draft);
    if (order === null || minting) return;
    const deliver = await prepareDelivery(documents, draft.destination);
    if (deliver === undefined) return;
    [minting, problem] = [true, null];
    page.refresh();
    try {
      const answer = await session.call('tokens.mint', order);
      token = answer.token;
      const where = await deliver(token);
      const { jti, issuer, kid, expiresAt } = answer;
      minted = { jti, issuer, kid, expiresAt: Date.parse(expiresAt), where };
    } catch (error) {
      if (!(error instanceof MintmarkError)) throw error;
      problem = error.message;
    } finally {
      minting = false;
      page.refresh();
    }
  };
  const readPlatforms = async (): Promise<void> => {
    if (mode === 'mint' || session.state.kind !== 'running' || platforms.length > 0) return;
    platforms = await listPlatforms(session);
    page.refresh();
  };
  const page = openPage<MintRequest>(context, panel, {
    name: 'mint',
    title,
    isRequest: isMintRequest,
    makeSnapshot,
    async answer(request) {
      if (request.type === 'draft') draft = request.draft;
      else if (request.type === 'mint') {
        draft = request.draft;
        await mint();
      } else if (request.type === 'inspect' && token !== '') {
        openInspector(context, { token, source: l10n.t('minted here'), expect: null });
      }
    },
  });
  const follow = session.onDidChangeState(() => void readPlatforms());
  panel.onDidDispose(() => {
    opened[mode].delete(session);
    follow.dispose();
  });
  void readPlatforms();
  const made: Opened = {
    panel,
    choose(slug) {
      draft = { ...draft, slug };
      page.refresh();
    },
  };
  opened[mode].set(session, made);
  return made;
}

function toMintIssuer({ slug, platform, url, alg, tokenTtlSeconds, keys }: Issuer): MintIssuer {
  const kid = keys.find(({ state }) => state === 'active')?.kid ?? null;
  return { slug, platform, url, alg, kid, lifeSeconds: tokenTtlSeconds };
}
