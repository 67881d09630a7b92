import { Disposable, env, l10n, Uri, type Webview, type WebviewPanel } from 'vscode';
import type { DaemonChoice } from '../../webview/protocol.ts';
import type { Guard } from '../../webview/shape.ts';
import type { FeatureContext } from '../feature-context.ts';
import { tellProblem } from '../run-command.ts';
import { describeDaemon } from './describe-daemon.ts';
import { writePageHtml } from './page-html.ts';

export type PageName = 'inspector' | 'compare' | 'timeline' | 'mint';

/** What every snapshot begins with. */
export interface SnapshotBase {
  readonly type: 'snapshot';
  readonly nowMs: number;
  readonly translation: readonly { readonly from: string; readonly to: string }[];
  readonly daemon: DaemonChoice;
}

interface Asked {
  readonly type: string;
}

export interface PageOptions<Request extends Asked> {
  readonly name: PageName;
  readonly title: string;
  readonly isRequest: Guard<Request>;
  /** All that the page shows; a page that was hidden is made anew and knows nothing. */
  readonly makeSnapshot: (base: SnapshotBase) => SnapshotBase;
  /** `ready`, `copy` and `startIssuer` are answered here. */
  readonly answer: (request: Request) => Promise<void> | void;
}

export interface Page extends Disposable {
  /** Sends a new snapshot, once for all that changes in the same turn. */
  refresh(): void;
}

/** Where pages and their scripts may be loaded from. */
function pageFolder({ extension }: Pick<FeatureContext, 'extension'>): Uri {
  return Uri.joinPath(extension.extensionUri, 'dist', 'webview');
}

/**
 * Shows a page in a panel and talks with it until the panel is closed. Nothing of what is said is kept: messages that
 * are not of the page's kind are dropped, and only their number is logged.
 */
export function openPage<Request extends Asked>(
  context: FeatureContext,
  panel: WebviewPanel,
  options: PageOptions<Request>,
): Page {
  const { session, log } = context;
  const { webview } = panel;
  const { name, isRequest } = options;
  let isReady = false;
  let isClosed = false;
  let isWanted = false;
  let dropped = 0;

  const send = () => {
    isWanted = false;
    // Of a panel that is closed even the question whether it is visible throws.
    if (!isReady || isClosed || !panel.visible) return;
    void webview.postMessage(options.makeSnapshot(makeBase(context)));
  };
  const refresh = () => {
    if (isWanted) return;
    isWanted = true;
    queueMicrotask(send);
  };
  const answer = async (request: Request): Promise<void> => {
    if (request.type === 'ready') {
      isReady = true;
      refresh();
    } else if (isCopy(request)) await env.clipboard.writeText(request.text);
    else if (request.type === 'startIssuer') await session.start();
    else await options.answer(request);
  };

  webview.options = { enableScripts: true, localResourceRoots: [pageFolder(context)] };
  const parts = [
    webview.onDidReceiveMessage((message: unknown) => {
      if (isRequest(message)) {
        void answer(message).catch((error: unknown) => {
          log.error(name, error);
          return tellProblem(error);
        });
      } else {
        dropped += 1;
        log.warn(`page ${name}: ${dropped} messages were not of its kind`);
      }
    }),
    panel.onDidChangeViewState(() => {
      // Hidden pages are thrown away; the next one says `ready` by itself.
      if (!panel.visible) isReady = false;
    }),
    session.onDidChangeState(refresh),
    session.onDidChangeIssuers(refresh),
  ];
  webview.html = writeHtml(context, webview, options);
  const page = Object.assign(Disposable.from(...parts), { refresh });
  panel.onDidDispose(() => {
    isClosed = true;
    page.dispose();
  });
  return page;
}

function writeHtml(
  context: FeatureContext,
  webview: Webview,
  { name, title }: Pick<PageOptions<Asked>, 'name' | 'title'>,
) {
  const address = (file: string) => webview.asWebviewUri(Uri.joinPath(pageFolder(context), file)).toString();
  return writePageHtml({
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    source: webview.cspSource,
    nonce: makeNonce(),
    language: l10n.bundle === undefined ? 'en' : env.language,
    title,
  });
}

function makeBase({ session }: FeatureContext): SnapshotBase {
  return {
    type: 'snapshot',
    nowMs: Date.now(),
    translation: Object.entries(l10n.bundle ?? {}).map(([from, to]) => ({ from, to: String(to) })),
    daemon: describeDaemon(session.state),
  };
}

function isCopy(request: Asked): request is { type: 'copy'; text: string } {
  return request.type === 'copy' && 'text' in request && typeof request.text === 'string';
}

/**
 * Fresh for each page (CSP Level 3 §2.3.2 asks for 128 bits); the Web's own source, which
 * a browser-only window has too.
 */
function makeNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
