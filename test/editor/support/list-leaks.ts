import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTree } from '../../support/planted.ts';
import type { EditorSession } from './session.ts';

/** A signed or encrypted token in compact form: no header begins otherwise, and no other text has these dots. */
const COMPACT_TOKEN = /e[yw][\w-]{12,}\.[\w-]*\.[\w-]*/;

/**
 * What lies in the places that survive a session and should not: every file of the user-data directory, and everything
 * that the editor keeps in the browser. The names of the places only: a secret is not repeated in a report.
 * @param more secrets that are looked for beside tokens and those of the state directory
 */
export async function listLeaks(session: EditorSession, more: readonly string[] = []): Promise<string[]> {
  const secrets = [...readSecrets(session.home), ...more];
  const leaks = (text: string) => COMPACT_TOKEN.test(text) || secrets.some((secret) => text.includes(secret));
  const places = readTree(session.userData).map(({ path, bytes }) => ({ path, text: bytes.toString('latin1') }));
  const kept = await session.context.storageState({ indexedDB: true });
  places.push({ path: 'the browser', text: JSON.stringify(kept) });
  return places.filter(({ text }) => leaks(text)).map(({ path }) => path);
}

function readSecrets(home: string): string[] {
  const read = (name: string) => (existsSync(join(home, name)) ? readFileSync(join(home, name), 'utf8') : '{}');
  const { controlToken } = JSON.parse(read('daemon.json')) as { controlToken?: string };
  const { keys = [] } = JSON.parse(read('master.key')) as { keys?: { key?: string }[] };
  return [controlToken, ...keys.map(({ key }) => key)].filter((secret) => secret !== undefined);
}
