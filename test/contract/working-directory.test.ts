import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE, cleanEnvironment, makeHome, NODE, type Outcome, run } from '../support/program.ts';

let place: ReturnType<typeof makeHome>;
beforeEach(() => {
  place = makeHome();
});
afterEach(() => place.remove());

describe.skipIf(process.platform === 'win32')('in a directory that is gone', () => {
  const runInGone = (words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> => {
    const gone = join(place.parent, 'gone');
    const line = `mkdir '${gone}'; cd '${gone}'; rmdir '${gone}'; exec "$@"`;
    const all = ['-c', line, 'sh', NODE, BUNDLE, ...words];
    return run('/bin/sh', all, { env: cleanEnvironment(place.home, env) }).done;
  };

  it.each(['--home state status', 'start --home state', 'backup b.db', 'restore b.db', 'doctor --home state'])(
    '%s says so and exits 2',
    async (line) => {
      const { code, stderr } = await runInGone(line.split(' '));
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('is gone: change to another') });
    },
  );

  it('a relative $MINTMARK_HOME is as little to be found, and --json names the code', async () => {
    const { code, stderr } = await runInGone(['status', '--json'], { MINTMARK_HOME: 'state' });
    expect({ code, error: JSON.parse(stderr).error.code }).toEqual({ code: 2, error: 'usage' });
  });

  it('whoever names nothing relative does not mind', async () => {
    expect((await runInGone(['status'])).code).toBe(3);
  });
});

it.skipIf(process.platform === 'win32').each([
  ['empty', { HOME: '' }],
  ['relative', { HOME: 'person' }],
  ['relative, and that of XDG too', { HOME: './person', XDG_STATE_HOME: 'state' }],
])('a HOME that is %s puts no state below the directory that one is in', async (_what, env) => {
  const cwd = join(place.parent, 'repository');
  mkdirSync(cwd);
  const options = { cwd, env: cleanEnvironment(place.home, { MINTMARK_HOME: '', ...env }) };
  const { stdout } = await run(NODE, [BUNDLE, 'status', '--json'], options).done;
  const { home } = JSON.parse(stdout) as { home: string };
  expect(home.startsWith(`${userInfo().homedir}/`)).toBe(true);
  expect(readdirSync(cwd)).toEqual([]);
  expect(existsSync(place.home)).toBe(false);
});
