import { commands, l10n, type WebviewPanel, window } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import { isTimelineRequest, type TimelineRequest, type TimelineSnapshot } from '../../../webview/protocol.ts';
import { coalesce } from '../../coalesce.ts';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { chooseColumn } from '../../pages/choose-column.ts';
import { openPage, type SnapshotBase } from '../../pages/open-page.ts';
import type { IssuerRow } from '../../rows.ts';
import { findShown, toTimelineKey, toTimelineToken } from './timeline-data.ts';

/** Tokens that are counted, the newest first: what the daemon gives in one answer. */
const MOST_TOKENS = 500;

interface Opened {
  readonly panel: WebviewPanel;
  readonly choose: (slug: string) => void;
}

/** The one timeline of the window. */
const opened = new WeakMap<FeatureContext['session'], Opened>();

/** Draws the keys of an issuer over time, with the tokens that hang on each, and follows what happens. */
export function openTimeline(context: FeatureContext, slug: string): void {
  const known = opened.get(context.session);
  const { choose } = known ?? openPanel(context);
  choose(slug);
  // A new panel comes with the focus. To reveal it would take the focus once more, from whatever has it by then.
  known?.panel.reveal();
}

function openPanel(context: FeatureContext): Opened {
  const { session, log } = context;
  const title = l10n.t('Key Timeline');
  const panel = window.createWebviewPanel('mintmark.timelinePanel', title, chooseColumn(), {});
  let chosen = '';
  let tokens: TimelineSnapshot['tokens'] = [];
  let more = false;
  let problem: string | null = null;

  const makeSnapshot = (base: SnapshotBase): TimelineSnapshot => {
    const issuer = findShown(session.issuers, chosen);
    return {
      ...base,
      type: 'snapshot',
      slugs: session.issuers.map((known) => known.slug),
      slug: issuer?.slug ?? '',
      url: issuer?.url ?? '',
      keys: issuer?.keys.map(toTimelineKey) ?? [],
      tokens,
      more,
      problem,
    };
  };
  let isOld = false;
  let isClosed = false;
  const readTokens = async (): Promise<void> => {
    if (isClosed) return;
    isOld = !panel.visible;
    if (isOld) return;
    const issuer = findShown(session.issuers, chosen);
    if (issuer === undefined || session.state.kind !== 'running') {
      [tokens, more] = [[], false];
    } else {
      const answer = await session.call('tokens.list', { issuer: issuer.slug, limit: MOST_TOKENS });
      [tokens, more] = [answer.items.map(toTimelineToken), answer.nextCursor !== null];
    }
    problem = null;
    page.refresh();
  };
  const read = coalesce(readTokens, (error) => {
    log.warn('timeline', error);
    problem = error instanceof MintmarkError ? error.message : l10n.t('The tokens could not be read.');
    page.refresh();
  });
  const choose = (slug: string): void => {
    chosen = slug;
    read();
    page.refresh();
  };
  const page = openPage<TimelineRequest>(context, panel, {
    name: 'timeline',
    title,
    isRequest: isTimelineRequest,
    makeSnapshot,
    async answer(request) {
      if (request.type === 'choose') choose(request.slug);
      if (request.type !== 'rotate') return;
      const row: IssuerRow = { kind: 'issuer', slug: findShown(session.issuers, chosen)?.slug ?? 'default' };
      await commands.executeCommand(COMMANDS.rotateKey, row);
    },
  });
  const parts = [
    session.onDidAppendEvents((events) => events.some(({ name }) => name.startsWith('token.')) && read()),
    session.onDidChangeIssuers(read),
    session.onDidChangeState(read),
    panel.onDidChangeViewState(() => panel.visible && isOld && read()),
  ];
  panel.onDidDispose(() => {
    isClosed = true;
    opened.delete(context.session);
    for (const part of parts) part.dispose();
  });
  const made = { panel, choose };
  opened.set(context.session, made);
  return made;
}
