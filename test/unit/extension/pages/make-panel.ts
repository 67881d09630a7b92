import { EventEmitter, type Uri, type WebviewPanel } from 'vscode';

/** A panel as the editor gives one: what is posted to it is kept, and a test speaks for the page. */
export function makePanel() {
  const said = new EventEmitter<unknown>();
  const turned = new EventEmitter<unknown>();
  const closed = new EventEmitter<void>();
  const revealed: unknown[] = [];
  const posted: { type: string; nowMs: number; daemon: string; [member: string]: unknown }[] = [];
  const webview = {
    options: {},
    html: '',
    cspSource: 'https://pages.example',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: said.event,
    postMessage: async (message: never) => posted.push(message) > 0,
  };
  const panel = {
    webview,
    visible: true,
    active: false,
    onDidChangeViewState: turned.event,
    onDidDispose: closed.event,
    reveal: (...how: unknown[]) => void revealed.push(how),
  };
  const turn = (visible: boolean) => {
    panel.visible = visible;
    turned.fire(undefined);
  };
  return { panel: panel as unknown as WebviewPanel, webview, posted, revealed, said, closed, turn };
}
