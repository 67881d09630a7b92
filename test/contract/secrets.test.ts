import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  type Daemon,
  endByPid,
  expectStatus,
  hasDaemonFile,
  mint,
  readDaemonFile,
  rotate,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { connectLive, refusedUpgrade, watchToken } from '../support/live.ts';
import { createPlanted, readTree } from '../support/planted.ts';
import { makeHome, runCli } from '../support/program.ts';
import { rawRequest, sendRaw } from '../support/raw-socket.ts';
import { makeSigner } from '../support/signer.ts';
import { tamperSignature } from '../support/tampering.ts';
import type { Algorithm, Key, Minted } from '../support/wire.ts';

const AUDIENCE = 'https://api.example.test';
const planted = createPlanted();
const place = makeHome();
const { home } = place;
/** Everything that any process said, but for the commands whose business it is to say a secret. */
const said: { who: string; text: string }[] = [];
/** Command line and environment of each daemon, as the system shows them to its owner. */
const shown: { who: string; text: string }[] = [];
/** State as it was on disk while the daemons ran and after they had ended. */
const onDisk: { path: string; bytes: Buffer }[] = [];

const secretText = (): string => `planted-${randomBytes(24).toString('base64url')}`;
const cli = async (args: readonly string[], more: { input?: string; env?: Record<string, string> } = {}) => {
  const outcome = await runCli([...args, '--home', home], { home, ...more });
  said.push({ who: `${args[0]} ${args[1] ?? ''}`, text: outcome.stdout + outcome.stderr });
  return outcome;
};
const look = (pid: number): void => {
  for (const file of ['cmdline', 'environ']) {
    const path = `/proc/${pid}/${file}`;
    if (existsSync(path)) shown.push({ who: file, text: readFileSync(path, 'latin1') });
  }
  onDisk.push(...readTree(home));
};

// Some forty processes, one after the other: longer than a hook of one start may take.
beforeAll(useEverything, 240_000);
beforeAll(useSealedState);
afterAll(async () => {
  if (hasDaemonFile(home)) await endByPid(readDaemonFile(home).pid);
  place.remove();
});

/** A first run: every door once, with secrets in every place that a caller may put one. */
async function useEverything(): Promise<void> {
  const daemon = await startDaemon({ home, args: ['--clock-control'] });
  planted.plant('control token', daemon.controlToken);
  const { keys } = JSON.parse(readFileSync(join(home, 'master.key'), 'utf8')) as { keys: { key: string }[] };
  planted.plantBytes('master key', Buffer.from(keys[0]?.key ?? '', 'base64url'));
  await createIssuer(daemon, 'vault', { alg: 'RS256' });

  await importKeys(daemon);
  const minted = await mintEverywhere(daemon);
  await verifyEverywhere(daemon, minted);
  await knockEverywhere(daemon);
  await changeEverything(daemon, minted);

  look(daemon.pid);
  said.push({ who: 'serve', text: '' });
  const { stdout, stderr } = await daemon.terminate();
  said.push({ who: 'serve', text: stdout + stderr });
  onDisk.push(...readTree(home));
}

async function importKeys(daemon: Daemon): Promise<void> {
  const path = '/issuers/vault/keys/import';
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as Algorithm[]) {
    const { privateKey } = makeSigner(alg);
    const jwk = privateKey.export({ format: 'jwk' }) as Record<string, string>;
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
      const value = jwk[member];
      if (value !== undefined) planted.plantBytes(`${alg} ${member}`, Buffer.from(value, 'base64url'));
    }
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    planted.plant(`${alg} PEM`, pem.split('\n')[1] ?? '');
    const body = alg === 'PS256' || alg === 'EdDSA' ? { jwk, alg, activate: true } : { pem, alg, activate: true };
    expectStatus<Key>(await daemon.control('POST', path, body), 201);
  }
  const weak = makeSigner('ES256').privateKey.export({ format: 'jwk' });
  planted.plantBytes('refused key', Buffer.from(String(weak.d), 'base64url'));
  expect((await daemon.control('POST', path, { jwk: weak, alg: 'RS256' })).status).toBe(400);

  const pem = makeSigner('ES256').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  planted.plant('key by command', pem.split('\n')[1] ?? '');
  const file = join(place.parent, 'imported.pem');
  writeFileSync(file, pem, { mode: 0o600 });
  expect((await cli(['keys', 'import', file, '--issuer', 'vault'])).code).toBe(0);
}

async function mintEverywhere(daemon: Daemon): Promise<Minted[]> {
  const minted: Minted[] = [];
  for (const slug of ['default', 'vault', 'superplane', 'miren']) minted.push(await mint(daemon, slug));
  const live = await connectLive(daemon);
  minted.push(await live.request<Minted>('tokens.mint', { slug: 'default' }));
  await live.request('events.subscribe', { since: 0 });
  await live.close();
  // What mint prints is what it was asked for: only what goes to stderr is nobody's business.
  for (const args of [
    ['mint', '--json'],
    ['mint', '--json', '--aud', AUDIENCE, '--ttl', '1h'],
  ]) {
    const { stdout, stderr } = await runCli([...args, '--home', home], { home });
    minted.push(JSON.parse(stdout) as Minted);
    said.push({ who: 'mint', text: stderr });
  }
  for (const [index, { token }] of minted.entries()) planted.plantToken(`minted ${index}`, token);
  return minted;
}

async function verifyEverywhere(daemon: Daemon, minted: Minted[]): Promise<void> {
  const url = `${daemon.baseUrl}/issuers/default`;
  const args = ['verify', '--url', url, '--audience', AUDIENCE];
  const signer = makeSigner('ES256');
  let made = 0;
  const forge = (): string => {
    made += 1;
    const claims = { iss: url, sub: 's', aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 600, n: made };
    return planted.plantToken(`forged ${made}`, signer.token({ alg: 'ES256', kid: 'x' }, claims));
  };
  for (const { token } of minted) {
    await verify(daemon, token, { audience: AUDIENCE });
    await verify(daemon, planted.plantToken(`tampered ${planted.count()}`, tamperSignature(token)));
  }
  await cli([...args, forge()]);
  await cli([...args, forge(), '--explain']);
  await cli([...args, '--json', '--token', forge()]);
  await cli([...args, '-'], { input: forge() });
  for (const name of ['SUPERPLANE_OIDC_TOKEN', 'SUPERPLANE_OIDC_ASSERTION', 'MINTMARK_TOKEN']) {
    await cli(args, { env: { [name]: forge() } });
  }
  const file = join(place.parent, 'token.jwt');
  writeFileSync(file, forge());
  await cli([...args, '--token-file', file]);
  await cli(['verify', forge(), '--nonsense', '--url', url]);
  await cli(['verify', forge(), '--url', url, '--audience', AUDIENCE, '--leeway', 'soon']);
  await cli(['verify', forge(), '--url', 'http://localhost:9/', '--audience', AUDIENCE]);
  await cli(['mint', '--issuer', forge()]);
  await cli([forge()]);
  await cli(['tokens', 'show', forge()]);

  const live = await connectLive(daemon);
  await live.request('verify', { token: forge() });
  await watchToken(live, forge());
  await watchToken(live, minted[0]?.token ?? '');
  await live.requestError('tokens.revoke', { jti: forge() });
  await live.requestError('verify.watch', { token: forge(), expect: { trust: true } });
  said.push({ who: 'live', text: live.frames.join('\n') });
  await live.close();

  for (const body of [
    { token: forge(), extra: 1 },
    { token: [forge()] },
    { expect: forge() },
    { token: `${forge()} ` },
  ]) {
    said.push({ who: 'POST /verify', text: (await daemon.control('POST', '/verify', body)).text });
  }
  said.push({ who: 'GET /tokens', text: (await daemon.control('GET', `/tokens/${forge()}`)).text });
}

/** Wrong credentials, and the right one in wrong places. */
async function knockEverywhere(daemon: Daemon): Promise<void> {
  const wrong = (): string => planted.plant(`wrong credential ${planted.count()}`, secretText());
  const answers = [
    await daemon.publicGet('/api/v1/issuers', { headers: { authorization: `Bearer ${wrong()}` } }),
    await daemon.publicGet('/api/v1/issuers', { headers: { authorization: `Basic ${wrong()}` } }),
    await daemon.publicGet(`/api/v1/issuers?access_token=${wrong()}`),
    await daemon.publicGet(`/api/v1/issuers/${wrong().toLowerCase()}`, {
      headers: { authorization: `Bearer ${daemon.controlToken}` },
    }),
    await daemon.publicGet('/api/v1/issuers', { headers: { cookie: `session=${wrong()}` } }),
    await daemon.publicGet('/api/v1/issuers', { headers: { authorization: `Bearer ${daemon.controlToken}x` } }),
    await daemon.publicGet(`/api/v1/issuers?token=${daemon.controlToken}`),
    await daemon.control('POST', '/issuers/default/tokens', { password: wrong() }),
    await daemon.control('POST', '/issuers/default/tokens', { subject: [wrong()] }),
    await daemon.control('POST', '/issuers/default/tokens', undefined, {
      headers: { 'content-type': 'application/json' },
      body: `{"subject": ${wrong()}}`,
    }),
  ];
  for (const { text } of answers) said.push({ who: 'an HTTP refusal', text });
  const headers = [`Host: localhost:${daemon.port}`, `Authorization: Bearer ${wrong()}`, `Origin: https://${wrong()}`];
  said.push({ who: 'a raw refusal', text: (await sendRaw(daemon.port, rawRequest('/api/v1/issuers', headers))).text });
  await refusedUpgrade(daemon, '/api/v1/live', { authorize: false, headers: { authorization: `Bearer ${wrong()}` } });
  await refusedUpgrade(daemon, '/api/v1/live', { authorize: false, protocols: [`mintmark.bearer.${wrong()}`] });
  await refusedUpgrade(daemon, `/api/v1/live?token=${wrong()}`, { authorize: false });
}

async function changeEverything(daemon: Daemon, minted: Minted[]): Promise<void> {
  const [first] = minted;
  await rotate(daemon, 'default');
  await changeKey(daemon, 'default', first?.kid ?? '', 'retire');
  await changeKey(daemon, 'default', first?.kid ?? '', 'revoke');
  await daemon.control('POST', `/tokens/${minted[1]?.jti}/revoke`, {});
  await daemon.control('POST', '/clock', { advanceSeconds: 5 });
  for (const command of [
    ['status'],
    ['doctor'],
    ['issuers', 'list'],
    ['issuers', 'show', 'vault', '--json'],
    ['keys', 'list', '--issuer', 'vault', '--json'],
    ['tokens', 'list', '--json'],
    ['events', 'list', '--json'],
    ['backup', join(place.parent, 'backup.db')],
  ]) {
    expect((await cli(command)).code, command.join(' ')).toBe(0);
  }
  for (const path of ['/issuers', '/issuers/vault/keys', '/tokens?limit=500', '/events?limit=1000', '/status']) {
    said.push({ who: path, text: (await daemon.control('GET', path)).text });
  }
  onDisk.push({ path: 'backup.db', bytes: readFileSync(join(place.parent, 'backup.db')) });
}

/** A second run: the master key sealed, and a daemon in the background whose caller has secrets in the environment. */
async function useSealedState(): Promise<void> {
  const passphrase = planted.plant('passphrase', secretText());
  const sealed = await startDaemon({ home, args: ['--passphrase-stdin'], input: `${passphrase}\n` });
  planted.plant('second control token', sealed.controlToken);
  planted.plantToken('minted sealed', (await mint(sealed)).token);
  look(sealed.pid);
  const { stdout, stderr } = await sealed.terminate();
  said.push({ who: 'sealed serve', text: stdout + stderr });
  onDisk.push(...readTree(home).map(({ path, bytes }) => ({ path: `sealed:${path}`, bytes })));
  const wrong = planted.plant('wrong passphrase', secretText());
  expect((await cli(['serve', '--port', '0', '--passphrase-stdin'], { input: `${wrong}\n` })).code).toBe(3);
  expect((await cli(['serve', '--port', '0'])).code).toBe(3);

  const other = join(place.parent, 'background');
  const claims = { sub: 'from the environment', exp: 4_000_000_000 };
  const token = planted.plantToken('token in the environment', makeSigner('ES256').token({ alg: 'ES256' }, claims));
  const env = { MINTMARK_TOKEN: token, SUPERPLANE_OIDC_TOKEN: token, SUPERPLANE_OIDC_ASSERTION: token };
  const started = await runCli(['start', '--port', '0', '--home', other], { home: other, env });
  said.push({ who: 'start', text: started.stdout + started.stderr });
  const file = readDaemonFile(other);
  planted.plant('third control token', file.controlToken);
  const minted = await runCli(['mint', '--home', other], { home: other, env });
  planted.plantToken('minted in the background', minted.stdout.trim());
  await runCli(['verify', '-', '--url', `${file.baseUrl}/issuers/default`, '--audience', 'x', '--home', other], {
    home: other,
    input: minted.stdout,
  });
  look(file.pid);
  onDisk.push(...readTree(other));
  await endByPid(file.pid);
  onDisk.push(...readTree(other));
}

it('planted more than 40 secrets, and looked at what it says it looked at', () => {
  expect(planted.count()).toBeGreaterThan(40);
  expect(said.length).toBeGreaterThan(40);
  expect(shown.length).toBe(process.platform === 'linux' ? 6 : 0);
  const names = new Set(onDisk.map(({ path }) => basename(path)));
  for (const name of ['mintmark.db', 'mintmark.db-wal', 'master.key', 'daemon.json', 'daemon.log', 'backup.db']) {
    expect(names).toContain(name);
  }
});

it('finds a secret where one must be, so that finding none elsewhere means something', () => {
  const foundIn = (name: string) =>
    onDisk.filter(({ path }) => path === join(home, name)).flatMap(({ bytes }) => planted.findIn(bytes));
  expect(foundIn('daemon.json')).toContain('control token');
  expect(foundIn('master.key')).toContain('master key');
});

describe('no planted secret is found', () => {
  it('in anything that a process or an answer said', () => {
    expect(
      said.map(({ who, text }) => ({ who, found: planted.findIn(text) })).filter(({ found }) => found.length > 0),
    ).toEqual([]);
  });

  it('on the command line or in the environment of a daemon', () => {
    expect(
      shown
        .map(({ who, text }) => ({ who, found: planted.findIn(Buffer.from(text, 'latin1')) }))
        .filter(({ found }) => found.length > 0),
    ).toEqual([]);
  });

  it('in any file, but for the control token in daemon.json and the unsealed master key in master.key', () => {
    const found = onDisk.flatMap(({ path, bytes }) =>
      planted
        .findIn(bytes)
        .filter((name) => !(basename(path) === 'daemon.json' && name.endsWith('control token')))
        .filter((name) => !(path === join(home, 'master.key') && name === 'master key'))
        .map((name) => `${basename(path)}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});
