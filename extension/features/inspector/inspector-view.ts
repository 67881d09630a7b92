import { type Disposable, l10n, type WebviewPanel } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import { MAX_DECODE_LENGTH } from '../../../daemon/token/decode.ts';
import { type InspectorRequest, type InspectorSnapshot, isInspectorRequest } from '../../../webview/protocol.ts';
import type { Expectation } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { openPage, type SnapshotBase } from '../../pages/open-page.ts';
import { readLeewaySeconds, readTrustedIssuers } from '../../read-trust.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { offerToCommands } from './inspector-in-front.ts';
import { judgeToken, type TokenJudge } from './judge-token.ts';
import { fromPageExpectation, toPageExpectation, toPageVerdict } from './page-verdict.ts';

/** What an inspector shows. */
export interface InspectedText {
  readonly token: string;
  /** Where it is from, for people: a file's name, `clipboard`. Never text of the token. */
  readonly source: string;
  /** What it has just been held against; null when nobody asked. */
  readonly expect: Expectation | null;
}

export interface InspectorView extends Disposable {
  show(inspected: InspectedText): void;
}

/** An inspector in a panel. `take` gets a token that the person puts into the page. */
export function createInspectorView(
  context: FeatureContext,
  panel: WebviewPanel,
  take: (inspected: InspectedText) => void,
): InspectorView {
  const { session, watches } = context;
  let current = { token: '', source: '' };
  let judge: TokenJudge | undefined;
  let problem: string | null = null;

  const makeSnapshot = (base: SnapshotBase): InspectorSnapshot => {
    const judgement = judge?.judge();
    return {
      ...base,
      type: 'snapshot',
      ...current,
      issuers: listIssuers(session),
      verdict: judgement?.verdict ? toPageVerdict(judgement.verdict) : null,
      expect: judgement?.expect ? toPageExpectation(judgement.expect) : null,
      live: judgement?.live ?? false,
      verifying: judgement?.verifying ?? false,
      watched: judgement?.watched != null,
      problem,
    };
  };
  /** What is asked of one token is about that token, and fails for it alone: the page may show another one by then. */
  const attempt = async (asked: TokenJudge, work: () => Promise<void>): Promise<void> => {
    problem = null;
    try {
      await requireDaemon(session);
      await work();
    } catch (error) {
      if (!(error instanceof MintmarkError)) throw error;
      if (judge === asked) problem = error.message;
    }
    page.refresh();
  };
  const answer = async (request: InspectorRequest): Promise<void> => {
    const asked = judge;
    const { token } = current;
    if (request.type === 'show') take({ token: request.token, source: l10n.t('pasted text'), expect: null });
    else if (!asked) return;
    else if (request.type === 'verify') await attempt(asked, () => asked.verify(readExpectation(request.expect)));
    else if (request.type === 'watch') {
      await attempt(asked, async () => {
        await watches.pin(token, readExpectation(request.expect));
        asked.forget();
      });
    } else if (request.type === 'unwatch') {
      for (const watched of watches.pinned) if (watched.token === token) watches.unpin(watched.id);
    }
  };
  const page = openPage<InspectorRequest>(context, panel, {
    name: 'inspector',
    title: l10n.t('Token Inspector'),
    isRequest: isInspectorRequest,
    makeSnapshot,
    answer,
  });
  const dispose = () => {
    judge?.dispose();
    judge = undefined;
  };
  panel.onDidDispose(dispose);
  offerToCommands(panel, () => current);
  return {
    show({ token, source, expect }) {
      const cut = token.slice(0, MAX_DECODE_LENGTH + 1);
      if (cut !== current.token || judge === undefined) {
        judge?.dispose();
        problem = null;
        judge = cut === '' ? undefined : judgeToken(context, cut);
        judge?.onDidChange(page.refresh);
      }
      current = { token: cut, source: source.slice(0, 1_000) };
      page.refresh();
      const asked = judge;
      if (expect !== null && asked) void attempt(asked, () => asked.verify(expect));
    },
    dispose,
  };
}

function readExpectation(expect: Parameters<typeof fromPageExpectation>[0]) {
  return fromPageExpectation(expect, readLeewaySeconds());
}

function listIssuers({ issuers }: Pick<FeatureContext['session'], 'issuers'>): InspectorSnapshot['issuers'] {
  const local = issuers.map(({ url }) => ({ url, local: true }));
  return [...local, ...readTrustedIssuers().map((url) => ({ url: url.slice(0, 2_048), local: false }))].slice(0, 1_024);
}
