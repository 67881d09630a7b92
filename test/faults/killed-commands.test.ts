import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createIssuer, type Daemon, expectStatus, mint, startDaemon, verify } from '../support/daemon.ts';
import { makeHome, runCli } from '../support/program.ts';
import {
  attachTracer,
  killAt,
  killWithoutLinks,
  listKillOptions,
  NO_ATTACHING,
  NO_TRACER,
} from '../support/system-calls.ts';
import type { LogEvent, Minted, Page } from '../support/wire.ts';
import { listTokens } from './database-file.ts';

/** A sample: each line is a place that once was, or could be, one from which nothing went on. */
const RESTORES: readonly (readonly [call: string, count: number])[] = [
  ['unlink', 4],
  ['pwrite64', 24],
  ['rename', 1],
  ['rename', 2],
];
const STARTS_AFTER_RESTORE = [
  ['fsync', 1],
  ['pwrite64', 3],
] as const;
const BACKUPS = [
  ['pwrite64', 12],
  ['link', 1],
] as const;
/**
 * When its directory is made, when the key is written, when it gets its name, and when it has that but another one too.
 */
const EXPORTS = [
  ['fsync', 1],
  ['fsync', 2],
  ['link', 1],
  ['unlink', 1],
] as const;
const MASTER_ROTATIONS = [
  ['rename', 1],
  ['pwrite64', 1],
  ['rename', 2],
] as const;

describe.skipIf(NO_TRACER !== null)(
  `a command that is killed at a change of the disk${NO_TRACER ? ` (${NO_TRACER})` : ''}`,
  () => {
    const { home: original, parent: seed, remove } = makeHome();
    const copies: string[] = [];
    let port = 0;
    /** In the backup, and in the database after it: its daemon was killed, so that the log holds the newer one. */
    let early: Minted;
    let late: Minted;

    beforeAll(async () => {
      const daemon = await startDaemon({ home: original });
      ({ port } = daemon);
      await createIssuer(daemon, 'es', { alg: 'ES256' });
      early = await mint(daemon, 'es');
      await daemon.cli(['backup', join(seed, 'copy.db')]);
      late = await mint(daemon, 'es');
      await daemon.terminate('SIGKILL');
    });
    afterAll(remove);
    afterEach(() => {
      for (const copy of copies.splice(0)) rmSync(copy, { recursive: true, force: true });
    });

    /** The state directory, crashed as it is, and the backup beside it. */
    function copySeed(): { parent: string; home: string; backup: string } {
      const parent = mkdtempSync(join(tmpdir(), 'mintmark-'));
      copies.push(parent);
      execFileSync('cp', ['-a', `${seed}/.`, parent]);
      return { parent, home: join(parent, 'home'), backup: join(parent, 'copy.db') };
    }

    async function startServing(home: string): Promise<void> {
      const daemon = await startDaemon({ home, port });
      onTestFinished(async () => void (await daemon.terminate()));
    }

    const restore = (home: string, backup: string, prefix: string[] = []) =>
      runCli(['restore', backup, '--home', home, '--json'], { home, prefix });

    /** Everything works, nothing that was there is reported as lost, and nothing lies about. */
    async function expectSound(daemon: Daemon, tokens: readonly Minted[]): Promise<void> {
      for (const { token } of [...tokens, await mint(daemon, 'es')]) {
        expect(await verify(daemon, token)).toMatchObject({ status: 'accepted' });
      }
      const { items } = expectStatus<Page<LogEvent>>(await daemon.control('GET', '/events?limit=1000'), 200);
      expect(items.map(({ name }) => name)).not.toContain('database.log_missing');
      expect((await daemon.terminate()).code).toBe(0);
      expect(readdirSync(daemon.home).filter((name) => /\.tmp|-wal$|-journal$/.test(name))).toEqual([]);
    }

    it.each(RESTORES)('loses nothing and can be repeated when it is `restore`, at %s %i', async (call, count) => {
      const { home, backup } = copySeed();
      expect((await restore(home, backup, killAt(call, count))).signal).toBe('SIGKILL');
      const daemon = await startDaemon({ home, port }).catch(async (error: unknown) => {
        expect(String(error)).toContain('state_missing');
        expect((await restore(home, backup)).code).toBe(0);
        return startDaemon({ home, port });
      });
      const isRestored = (await daemon.control('GET', `/tokens/${late.jti}`)).status === 404;
      await expectSound(daemon, isRestored ? [early] : [early, late]);
      if (!isRestored) return;
      const [replaced] = readdirSync(home).filter((name) => name.includes('.replaced-'));
      const kept = new Database(join(home, String(replaced)));
      expect(listTokens(kept)).toContain(late.jti);
      kept.close();
    });

    it.each(STARTS_AFTER_RESTORE)(
      'is started again when it is the start after `restore`, at %s %i',
      async (call, count) => {
        const { home, backup } = copySeed();
        expect((await restore(home, backup)).code).toBe(0);
        const serve = ['serve', '--port', String(port), '--json', '--home', home];
        expect((await runCli(serve, { home, prefix: killAt(call, count) })).signal).toBe('SIGKILL');
        await expectSound(await startDaemon({ home, port }), [early]);
      },
    );

    it.each(BACKUPS)('can be repeated under the same name when it is `backup`, at %s %i', async (call, count) => {
      const { parent, home } = copySeed();
      const again = ['backup', join(parent, 'again.db'), '--home', home];
      expect((await runCli(again, { home, prefix: killAt(call, count) })).signal).toBe('SIGKILL');
      expect(await runCli(again, { home })).toMatchObject({ code: 0 });
      expect(readdirSync(parent).sort()).toEqual(['again.db', 'copy.db', 'home', 'person']);
      const copy = new Database(join(parent, 'again.db'), { readonly: true });
      expect(listTokens(copy)).toEqual([early.jti, late.jti]);
      copy.close();
    });

    it.each(EXPORTS)('leaves no key but a whole one when it is `keys export`, at %s %i', async (call, count) => {
      const { parent, home } = copySeed();
      await startServing(home);
      const directory = join(parent, 'keys');
      const words = ['keys', 'export', early.kid, '--issuer', 'es', '--output', join(directory, 'key.json')];
      const exportKey = (prefix: string[] = []) => runCli([...words, '--home', home], { home, prefix });
      expect((await exportKey(killAt(call, count))).signal).toBe('SIGKILL');
      const isThere = readdirSync(directory).includes('key.json');
      const { code, stderr } = await exportKey();
      expect({ code, isTold: stderr.includes('exists: name a new file') }).toEqual({
        code: isThere ? 2 : 0,
        isTold: isThere,
      });
      expect(readdirSync(directory)).toEqual(['key.json']);
      expect(JSON.parse(readFileSync(join(directory, 'key.json'), 'utf8'))).toMatchObject({ kid: early.kid });
    });

    it.each(['backup', 'keys export'])(
      'says how to go on where a file system without links kept an empty file of it: `%s`',
      async (command) => {
        const { parent, home } = copySeed();
        await startServing(home);
        const directory = join(parent, 'out');
        mkdirSync(directory, { mode: 0o700 });
        const file = join(directory, 'file');
        const words = command === 'backup' ? ['backup', file] : ['keys', 'export', '--output', file];
        const write = (prefix: string[] = []) => runCli([...words, '--home', home], { home, prefix });
        expect((await write(killWithoutLinks('rename', 1))).signal).toBe('SIGKILL');
        expect(statSync(file).size).toBe(0);
        const told = await write();
        expect({ code: told.code, stdout: told.stdout }).toEqual({ code: 2, stdout: '' });
        expect(told.stderr).toContain(`${JSON.stringify(file)} exists and is empty`);
        expect(told.stderr).toContain('remove it');
        expect(readdirSync(directory)).toEqual(['file']);
        rmSync(file);
        expect((await write(killWithoutLinks('rename', 9))).code).toBe(0);
        expect(readdirSync(directory)).toEqual(['file']);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(statSync(file).size).toBeGreaterThan(0);
      },
    );

    it.skipIf(NO_ATTACHING !== null).each(MASTER_ROTATIONS)(
      `leaves every key readable when it is \`rotate-master\`, at %s %i${NO_ATTACHING ? ` (${NO_ATTACHING})` : ''}`,
      async (call, count) => {
        const { home } = copySeed();
        const first = await startDaemon({ home, port });
        const tracer = await attachTracer(first.pid, listKillOptions(call, count));
        await expect(first.control('POST', '/master-key/rotate', {})).rejects.toThrow();
        expect((await first.process.done).signal).toBe('SIGKILL');
        await tracer.detach();
        const daemon = await startDaemon({ home, port });
        expectStatus(await daemon.control('POST', '/master-key/rotate', {}), 200);
        await expectSound(daemon, [early, late]);
        expect(JSON.parse(readFileSync(join(home, 'master.key'), 'utf8'))).toMatchObject({ keys: [{}] });
      },
    );
  },
);
