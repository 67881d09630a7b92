import { EventEmitter, type Pseudoterminal } from 'vscode';
import { redactSecrets } from '../../../daemon/token/redact.ts';
import { showSafely } from '../../../daemon/token/safe-text.ts';
import type { DaemonSession, DaemonState } from '../../daemon/session.ts';

/**
 * The words that the problem matcher waits for; so they are in one language. `mintmark serve` says the last two, too.
 */
export const LINES = {
  starting: 'Mintmark is starting',
  ready: (baseUrl: string) => `Mintmark is ready: ${baseUrl}/issuers/default`,
  failed: (message: string) => `mintmark: ${showSafely(redactSecrets(message))}`,
  lost: 'Mintmark does not answer; it is being tried again',
  stopped: 'Mintmark has stopped',
  left: 'Mintmark goes on for its other clients',
} as const;

const CTRL_C = '\u0003';

/**
 * The terminal of the task that waits for the issuer. It joins the one that runs or starts it, and stays until it
 * stops; ending the task leaves the issuer to whoever else uses it. Until the issuer was ready it ends without an exit
 * code: of a background task, VS Code takes any code for "ready to go on", and would begin what waits for it.
 */
export function createIssuerTerminal(
  session: Pick<DaemonSession, 'start' | 'state' | 'onDidChangeState'>,
): Pseudoterminal {
  const writes = new EventEmitter<string>();
  const closes = new EventEmitter<number | undefined>();
  const write = (line: string): void => writes.fire(`${line}\r\n`);
  let ended = false;
  let wasReady = false;
  let shown: DaemonState['kind'] | null = null;

  const end = (line: string, code: number): void => {
    if (ended) return;
    write(line);
    ended = true;
    closes.fire(wasReady ? code : undefined);
  };

  const show = (state: DaemonState): void => {
    if (ended || state.kind === shown) return;
    shown = state.kind;
    if (state.kind === 'running') {
      wasReady = true;
      write(LINES.ready(state.baseUrl));
    } else if (state.kind === 'reconnecting') write(LINES.lost);
    else if (state.kind === 'stopped') end(LINES.stopped, 0);
    else if (state.kind === 'failed') end(LINES.failed(state.message), 1);
  };

  let following: { dispose(): void } | undefined;
  return {
    onDidWrite: writes.event,
    onDidClose: closes.event,
    async open() {
      write(LINES.starting);
      try {
        await session.start();
      } catch (error) {
        return end(LINES.failed(error instanceof Error ? error.message : String(error)), 1);
      }
      if (ended) return;
      following = session.onDidChangeState(show);
      show(session.state);
    },
    handleInput(text) {
      if (text === CTRL_C) end(LINES.left, 0);
    },
    close() {
      ended = true;
      following?.dispose();
      writes.dispose();
      closes.dispose();
    },
  };
}
