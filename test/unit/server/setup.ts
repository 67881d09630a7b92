import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DaemonFile } from '../../../daemon/client/daemon-file.ts';
import { type DaemonOptions, type RunningDaemon, startDaemon } from '../../../daemon/server/start-daemon.ts';
import { type Answer, type Ask, ask } from '../../support/http.ts';
import { type RawAnswer, rawRequest, sendRaw } from '../../support/raw-socket.ts';

export interface TestDaemon {
  readonly running: RunningDaemon;
  readonly file: DaemonFile;
  readonly home: string;
  readonly port: number;
  /** Calls the control API with the credential. */
  control(method: string, path: string, body?: unknown, request?: Ask): Promise<Answer>;
  /** Sends a head as it is written; `Host` is right unless another one is among the lines. */
  raw(target: string, lines?: readonly string[], method?: string, body?: string): Promise<RawAnswer>;
  /** The header lines of whoever holds the credential. */
  readonly holder: readonly string[];
  mint(body?: unknown): Promise<{ token: string; jti: string; kid: string }>;
  readLog(): string;
  stop(): Promise<void>;
}

/** A connection for each request: one that is kept would outlive its daemon unnoticed, in the same process. */
export const oneByOne = new Agent({ keepAlive: false });

/** Runs a whole daemon in this process, on a free port and a state directory of its own. */
export async function startTestDaemon(options: Partial<DaemonOptions> = {}): Promise<TestDaemon> {
  const parent = mkdtempSync(join(tmpdir(), 'mintmark-server-'));
  const home = join(parent, 'home');
  const running = await startDaemon({
    home,
    port: 0,
    version: '0.0.0-test',
    ephemeral: true,
    clockControl: true,
    trustedIssuers: [],
    allowedOrigins: [],
    ...options,
  });
  const file = JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')) as DaemonFile;
  const port = Number(new URL(running.baseUrl).port);
  const holder = [`Authorization: Bearer ${file.controlToken}`];
  const daemon: TestDaemon = {
    running,
    file,
    home,
    port,
    holder,
    control: (method, path, body, request = {}) =>
      ask(`http://127.0.0.1:${port}/api/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        agent: oneByOne,
        ...request,
        headers: {
          authorization: `Bearer ${file.controlToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
      }),
    raw: (target, lines = [], method = 'GET', body = '') => {
      const isHostNamed = lines.some((line) => line.toLowerCase().startsWith('host:'));
      const all = [...(isHostNamed ? [] : [`Host: localhost:${port}`]), ...lines];
      return sendRaw(port, rawRequest(target, all, method, body));
    },
    mint: async (body = {}) => (await daemon.control('POST', '/issuers/default/tokens', body)).json(),
    readLog: () => readFileSync(join(home, 'daemon.log'), 'utf8'),
    stop: async () => {
      await running.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
  return daemon;
}

/** The stable code of a problem document, wherever it was received. */
export function codeOf(answer: { readonly text: string }): string {
  const end = answer.text.indexOf('\r\n\r\n');
  const body = end === -1 ? answer.text : answer.text.slice(end + 4);
  return (JSON.parse(body) as { code: string }).code;
}
