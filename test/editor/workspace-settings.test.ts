import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasDaemonFile } from '../support/daemon.ts';
import { startIssuer } from './pages/issuer.ts';
import { listProcesses } from './support/list-processes.ts';
import { useEditor } from './support/use-editor.ts';

const STRANGERS_HOME = join(tmpdir(), `mintmark-of-somebody-else-${process.pid}`);
const STRANGERS_PORT = 6_469;
const STRANGERS_IDLE_SECONDS = 86_399;

const editor = useEditor(() => ({
  files: {
    '.vscode/settings.json': JSON.stringify({
      'mintmark.port': STRANGERS_PORT,
      'mintmark.home': STRANGERS_HOME,
      'mintmark.idleExitSeconds': STRANGERS_IDLE_SECONDS,
    }),
  },
}));

it('a folder that is trusted cannot say where the issuer is, either: such settings are of the machine', async () => {
  const daemon = await startIssuer(editor);
  expect(new URL(daemon.baseUrl).port).not.toBe(String(STRANGERS_PORT));
  expect(hasDaemonFile(editor.session.home)).toBe(true);
  expect(existsSync(STRANGERS_HOME)).toBe(false);
  expect(listProcesses((command) => command.includes(STRANGERS_HOME))).toEqual([]);
  const commands = listProcesses((_, pid) => pid === daemon.pid).map(({ command }) => command);
  expect(commands.join()).not.toContain(String(STRANGERS_IDLE_SECONDS));
});
