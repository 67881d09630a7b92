import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endByPid, hasDaemonFile } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { cleanEnvironment, makeHome, NODE, PROJECT, type Running, run } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';

const place = makeHome();
let npm: Running;
let ready: { ready: boolean; baseUrl: string; pid: number; home: string };

beforeAll(async () => {
  const started = performance.now();
  npm = run('npm', ['start', '--', '--port', '0', '--json', '--home', place.home], {
    cwd: PROJECT,
    // npm would ask the network whether it is out of date, and end no earlier than it knows.
    env: cleanEnvironment(place.home, { npm_config_update_notifier: 'false' }),
  });
  const line = await waitFor(
    'the ready line of npm start',
    () =>
      npm
        .stdout()
        .split('\n')
        .slice(0, -1)
        .find((text) => text.startsWith('{')),
    110_000,
  );
  ready = JSON.parse(line);
  // Told, not judged: a machine under load is no failure.
  console.info(`npm start was ready after ${Math.round(performance.now() - started)} ms`);
});
afterAll(async () => {
  if (ready) await endByPid(ready.pid);
  await npm.done;
  place.remove();
});

it('npm start runs the daemon on the flags it was given and prints the ready line alone on stdout', async () => {
  expect(ready).toMatchObject({ ready: true, home: place.home });
  // npm says first what it runs: lines that begin with ">", between empty ones.
  const lines = npm.stdout().split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('> '))).toHaveLength(1);
  expect((await ask(`${ready.baseUrl}/issuers/default/.well-known/openid-configuration`)).status).toBe(200);
});

it('npm start ends when the daemon is told to end, cleanly', async () => {
  await endByPid(ready.pid);
  expect((await npm.done).code).toBe(0);
  expect(hasDaemonFile(place.home)).toBe(false);
});

it('npm start without --json tells people what to try, what stays, and in words what is wrong', async () => {
  const person = makeHome();
  const start = (...flags: string[]) =>
    run(NODE, [join(PROJECT, 'bootstrap.mjs'), 'start', '--port', '0', '--home', person.home, ...flags], {
      cwd: PROJECT,
      env: cleanEnvironment(person.home),
    });
  const started = start('--ephemeral');
  const told = await waitFor('the guide', () => started.stdout().includes('Ctrl-C') && started.stdout());
  expect(told).toMatch(/\/issuers\/default\n[\s\S]+ mint --aud demo[\s\S]+ verify - /);
  expect(told).not.toContain('stays');

  const second = await start().done;
  expect(second.code).toBe(3);
  expect(second.stdout).toBe('');
  expect(second.stderr).toMatch(/^mintmark: Another daemon \(pid \d+, http:\/\/localhost:\d+\) uses/);
  const issuer = /http:\S+\/issuers\/default/.exec(told)?.[0];
  expect(second.stderr).toContain(`That one is ready: ${issuer}\n`);
  const commands = told.slice(told.indexOf('Three commands'), told.indexOf('\n\nCtrl-C'));
  expect(commands).toContain('mint --aud demo');
  expect(second.stderr).toContain(commands);

  started.child.kill('SIGTERM');
  expect((await started.done).code).toBe(0);
  person.remove();
});
