import type { Guard } from '../shape.ts';
import { useTranslation } from './words.ts';

interface EditorApi {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

interface Snapshot {
  readonly nowMs: number;
  readonly translation: readonly { readonly from: string; readonly to: string }[];
}

export interface Host<Request> {
  readonly send: (request: Request) => void;
  /** The time of the machine that judges tokens, in seconds since the epoch: the page may run on another one. */
  readonly nowSeconds: () => number;
}

/**
 * Connects the page with the extension: asks for a snapshot and shows each that comes. Only the page's own origin may
 * speak, which is the editor's frame around it: each page has an origin to itself, and holds no frame. What is not of
 * the expected shape is dropped.
 */
export function connectHost<S extends Snapshot, Request>(
  isSnapshot: Guard<S>,
  show: (snapshot: S, host: Host<Request>) => void,
): void {
  const api = acquireVsCodeApi();
  let aheadMs = 0;
  const host: Host<Request> = {
    send: (request) => api.postMessage(request),
    nowSeconds: () => (Date.now() + aheadMs) / 1_000,
  };
  window.addEventListener('message', (event) => {
    // The editor's frame around us shares our origin; who else sent it cannot be asked, since it takes `parent` away.
    if (event.origin !== window.origin || !isSnapshot(event.data)) return;
    aheadMs = event.data.nowMs - Date.now();
    useTranslation(event.data.translation);
    show(event.data, host);
  });
  api.postMessage({ type: 'ready' });
}
