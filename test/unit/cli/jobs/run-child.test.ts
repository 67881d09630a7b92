import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { takeForeground } from '../../../../daemon/cli/jobs/run-child.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const SOURCE = pathToFileURL(join(import.meta.dirname, '../../../../daemon/cli/jobs/run-child.ts'));
/** Runs what follows as a user who has nothing to do with us. */
const AS_NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
const SETPRIV = '/usr/bin/setpriv';

/** Only root can become somebody else, who must be let into the project, and back where programs may be set-uid. */
function canPlay(sudo: string): boolean {
  const reading = [process.execPath, '-e', `fs.accessSync(new URL(${JSON.stringify(SOURCE)}))`];
  return [reading, [sudo, '--reuid', '0', '/bin/true']].every(
    (command) => spawnSync(SETPRIV, [...AS_NOBODY, ...command]).status === 0,
  );
}

test.runIf(process.platform !== 'win32')('a signal that came first keeps the command from running', async () => {
  const foreground = takeForeground(() => {});
  onTestFinished(foreground.release);
  const heard = once(process, 'SIGUSR2');
  process.kill(process.pid, 'SIGUSR2');
  await heard;
  const file = join(makeTemporaryDirectory(), 'ran');
  expect(await foreground.run(['/bin/sh', '-c', `: > '${file}'`], process.env)).toBe(140);
  expect(existsSync(file)).toBe(false);
});

test.runIf(process.getuid?.() === 0 && existsSync(SETPRIV))(
  'a command that became root, as sudo does, is waited for although no signal reaches it',
  async ({ skip }) => {
    const place = makeTemporaryDirectory();
    chmodSync(place, 0o755);
    const sudo = join(place, 'sudo');
    copyFileSync(SETPRIV, sudo);
    chmodSync(sudo, 0o4755);
    skip(!canPlay(sudo), 'nobody can become root here');
    const ready = join(place, 'ready');
    const job = `: > '${ready}'; sleep 0.5; exit 5`;
    const command = [sudo, '--reuid', '0', '--regid', '0', '--clear-groups', '/bin/sh', '-c', job];
    const script = `
    import { existsSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { takeForeground } from ${JSON.stringify(SOURCE)};
    const foreground = takeForeground((line) => console.log(line));
    const running = foreground.run(${JSON.stringify(command)}, process.env);
    while (!existsSync(${JSON.stringify(ready)})) await setTimeout(10);
    process.kill(process.pid, 'SIGTERM');
    process.kill(process.pid, 'SIGHUP');
    console.log(await running);`;
    const words = [...AS_NOBODY, process.execPath, '--input-type=module', '--no-warnings', '-e', script];
    expect((await promisify(execFile)(SETPRIV, words)).stdout).toBe('5\n');
  },
);
