import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebSocket } from 'ws';
import { endedPid } from '../../client/ended-process.ts';
import type { FakeDaemonOptions } from '../../client/fake-daemon.ts';
import { type Call, type LiveEnd, openLiveEnd, reply } from '../../client/live-end.ts';

export interface ScriptedDaemon extends LiveEnd {
  readonly home: string;
  /** Answers what a session asks when it joins, or again. */
  readonly answerUsual: LiveEnd['answer'];
  /** Members of the next answers to `status` that are not the usual ones. */
  status: object;
}

/**
 * A daemon whose live channel a test scripts, with its state directory, for what the real one does not do on demand.
 */
export async function openScriptedDaemon(options: FakeDaemonOptions = {}): Promise<ScriptedDaemon> {
  const end = await openLiveEnd(options);
  const home = mkdtempSync(join(tmpdir(), 'mintmark-scripted-'));
  const { baseUrl, version } = end.daemon.file;
  writeFileSync(join(home, 'daemon.json'), JSON.stringify({ ...end.daemon.file, pid: endedPid() }), { mode: 0o600 });

  const answerUsual = ({ id, method, params }: Call, socket: WebSocket): void => {
    const usual: Record<string, unknown> = {
      status: { version, baseUrl, health: 'ok', healthDetail: null, lastSeq: 0, ...scripted.status },
      'issuers.list': { items: [], nextCursor: null },
      'verify.watch': { watchId: params.token, verdict: { status: 'accepted' } },
      'events.subscribe': { since: 0 },
    };
    reply(socket, id, usual[method] ?? {});
  };
  const closeEnd = end.close;
  const close = async (): Promise<void> => {
    await closeEnd();
    rmSync(home, { recursive: true });
  };
  const scripted: ScriptedDaemon = Object.assign(end, { home, status: {}, answerUsual, answer: answerUsual, close });
  return scripted;
}
