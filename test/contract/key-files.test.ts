import { createPrivateKey, createPublicKey } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, mint, showIssuer, startDaemon } from '../support/daemon.ts';
import { BUNDLE, cleanEnvironment, NODE, run } from '../support/program.ts';
import type { LogEvent, Page } from '../support/wire.ts';

let daemon: Daemon;
let kid: string;
let files: string;
let path: string;
let count = 0;
beforeAll(async () => {
  daemon = await startDaemon();
  ({ kid } = await mint(daemon));
  files = mkdtempSync(join(tmpdir(), 'mintmark-keys-'));
});
beforeEach(() => {
  count += 1;
  path = join(files, String(count), 'key.pem');
});
afterAll(async () => {
  await daemon.stop();
  rmSync(files, { recursive: true, force: true });
});

const exportKey = (...words: string[]) => daemon.cli(['keys', 'export', kid, ...words]);
const askPrivate = (): string[] => ['--private', '--confirm', kid, '--format', 'pem'];
const countExports = async (): Promise<number> => {
  const page = expectStatus<Page<LogEvent>>(await daemon.control('GET', '/events?limit=1000'), 200);
  return page.items.filter(({ name }) => name === 'key.exported').length;
};

describe('keys export --output', () => {
  it('writes a private key for its owner alone under umask 000, and tells file and kid, never the key', async () => {
    const words = [BUNDLE, 'keys', 'export', kid, ...askPrivate(), '--output', path];
    const { code, stdout, stderr } = await run('/bin/sh', ['-c', 'umask 000; exec "$0" "$@"', NODE, ...words], {
      env: cleanEnvironment(daemon.home),
    }).done;
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `Wrote the private key ${kid} to ${JSON.stringify(path)}\n`,
    });
    expect([path, join(path, '..')].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o700]);
    const pem = readFileSync(path, 'utf8');
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/);
    const [signing] = (await showIssuer(daemon, 'default')).keys;
    expect(signing?.kid).toBe(kid);
    const published = await daemon.publicGet('/issuers/default/.well-known/jwks.json');
    expect(published.text).toContain(String(createPrivateKey(pem).export({ format: 'jwk' }).n));
  });

  it('tells with --json what it wrote, as one value without the key', async () => {
    const { code, stdout, stderr } = await exportKey('--private', '--confirm', kid, '--output', path, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ kid, format: 'jwk', private: true, file: path });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ kid, kty: 'RSA', d: expect.any(String) });
  });

  it('writes the public half of the active key, where nobody says more', async () => {
    const { code, stderr } = await daemon.cli(['keys', 'export', '--format', 'pem', '--output', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Wrote the public key ${kid} to ${JSON.stringify(path)}\n` });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(createPublicKey(readFileSync(path)).type).toBe('public');
    expect(readFileSync(path, 'utf8')).not.toContain('PRIVATE');
  });

  it('refuses a file that is there, an open directory and an empty name, exit 2, and no private key has left', async () => {
    const before = await countExports();
    expect((await exportKey('--output', path)).code).toBe(0);
    const written = readFileSync(path, 'utf8');
    const open = join(path, '..', '..');
    chmodSync(open, 0o755);
    for (const [file, told] of [
      [path, 'exists: name a new file'],
      [join(open, 'key.pem'), 'is open to others: name a directory that is not there yet'],
      ['', 'empty'],
    ] as const) {
      const { code, stdout, stderr } = await exportKey(...askPrivate(), '--output', file);
      expect({ file, code, stdout }).toEqual({ file, code: 2, stdout: '' });
      expect(stderr).toContain(told);
    }
    expect(readFileSync(path, 'utf8')).toBe(written);
    expect(readdirSync(join(path, '..'))).toEqual(['key.pem']);
    expect(existsSync(join(open, 'key.pem'))).toBe(false);
    expect(await countExports()).toBe(before);
  });

  it('leaves nothing where the key is not handed out', async () => {
    expect((await exportKey('--private', '--output', path)).code).toBe(2);
    expect((await daemon.cli(['keys', 'export', 'no-such-kid', '--output', path])).code).toBe(1);
    expect(existsSync(join(path, '..'))).toBe(false);
  });

  it('writes a key that can be imported again', async () => {
    expect((await exportKey(...askPrivate(), '--output', path)).code).toBe(0);
    await daemon.cli(['issuers', 'create', 'copy', '--platform', 'generic']);
    expect((await daemon.cli(['keys', 'import', path, '--issuer', 'copy'])).code).toBe(0);
  });
});
