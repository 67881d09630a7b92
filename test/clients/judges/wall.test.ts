import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NODE, run } from '../../support/program.ts';
import { json, type Stub, startStub } from './support/stub.ts';

/** The wall that judges run behind, which has to hold for their silence to mean something. */
let directory: string;
let report: string;
let stub: Stub;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-wall-'));
  report = join(directory, 'outside.txt');
  stub = await startStub(() => json(200, {}));
});
afterAll(async () => {
  await stub.close();
  rmSync(directory, { recursive: true, force: true });
});

async function runBehind(script: string): Promise<{ said: string; reported: string }> {
  writeFileSync(report, '');
  const wall = join(import.meta.dirname, 'support/wall.cjs');
  const env = { NODE_OPTIONS: `--require ${wall}`, WALL_REPORT: report, STUB: stub.url };
  const { stdout } = await run(NODE, ['--input-type=module', '-e', script], { env, cwd: directory }).done;
  return { said: stdout.trim(), reported: readFileSync(report, 'utf8').trim() };
}
const tell = (attempt: string) =>
  `${attempt}.then(() => console.log('reached'), (e) => console.log((e.cause ?? e).code));`;
const onSocket = (words: string) => `
  const { once } = await import('node:events');
  const net = await import('node:net');
  const socket = net.connect(${words});
  ${tell("once(socket, 'connect').then(() => socket.destroy())")}`;

it.each([
  ['fetch', tell("fetch('https://outside.example/')"), 'outside.example:443'],
  ['fetch of an address', tell("fetch('http://192.0.2.1/')"), '192.0.2.1:80'],
  ['a socket by words', onSocket("80, 'outside.example'"), 'outside.example:80'],
  ['a socket by options', onSocket("{ port: 80, host: 'outside.example' }"), 'outside.example:80'],
])('stops and reports %s', async (_, script, address) => {
  expect(await runBehind(script)).toEqual({ said: 'ENETUNREACH', reported: address });
});

it.each([
  ['fetch', tell('fetch(process.env.STUB)')],
  ['a socket by words', onSocket("Number(new URL(process.env.STUB).port), '127.0.0.1'")],
])('lets %s reach this machine', async (_, script) => {
  expect(await runBehind(script)).toEqual({ said: 'reached', reported: '' });
});
