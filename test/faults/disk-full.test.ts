import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeKey, type Daemon, fetchJwks, mint, rotate, showIssuer, startDaemon } from '../support/daemon.ts';
import type { Answer } from '../support/http.ts';
import { startCli } from '../support/program.ts';
import type { Minted, Page, Problem, TokenRecord } from '../support/wire.ts';
import { checkIntegrity, listTokens, readCopy } from './database-file.ts';
import { expectReadable, expectServed } from './served.ts';
import { mountSmallDisk, NO_SMALL_DISK, type SmallDisk } from './small-disk.ts';

/** Enough mints to use up whatever room the write-ahead log still has. */
const MANY = 5_000;

describe.skipIf(NO_SMALL_DISK !== null)(`a full disk${NO_SMALL_DISK ? ` (${NO_SMALL_DISK})` : ''}`, () => {
  let disk: SmallDisk;
  let daemon: Daemon;
  let early: Minted;
  const acknowledged = new Set<string>();

  beforeEach(async () => {
    disk = mountSmallDisk(2);
    daemon = await startDaemon({ home: disk.home });
    acknowledged.clear();
    early = await mint(daemon);
    acknowledged.add(early.jti);
  });

  afterEach(async () => {
    await daemon.terminate('SIGKILL');
    disk.remove();
  });

  const mintOnce = (): Promise<Answer> => daemon.control('POST', '/issuers/default/tokens', {});

  /** Mints until the disk has no room for another token, and hands back the refusal. */
  async function mintUntilRefused(): Promise<Answer> {
    disk.fill();
    for (let count = 0; count < MANY; count += 1) {
      const answer = await mintOnce();
      if (answer.status !== 201) return answer;
      acknowledged.add(answer.json<Minted>().jti);
    }
    throw new Error('the disk never became full');
  }

  async function listRecords(): Promise<string[]> {
    const found: string[] = [];
    for (let cursor = ''; ; ) {
      const page = (await daemon.control('GET', `/tokens?limit=500${cursor}`)).json<Page<TokenRecord>>();
      found.push(...page.items.map(({ jti }) => jti));
      if (page.nextCursor === null) return found;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }

  const sorted = (values: Iterable<string>): string[] => [...values].sort();

  it('refuses to mint with storage_full and records nothing half done', async () => {
    const refusal = await mintUntilRefused();
    expect(refusal.status).toBe(507);
    expect(refusal.json<Problem>().code).toBe('storage_full');
    expect(sorted(await listRecords())).toEqual(sorted(acknowledged));
  });

  it('goes on publishing and verifying, and says that it is degraded', async () => {
    await mintUntilRefused();
    await expectReadable(daemon, early.token);
    expect((await daemon.control('GET', '/status')).json()).toMatchObject({ health: 'degraded' });
  });

  it('refuses to change keys and keeps the old one signing', async () => {
    const staged = await rotate(daemon, 'default', { prepublish: true });
    const before = await showIssuer(daemon, 'default');
    await mintUntilRefused();
    const path = '/issuers/default/keys';
    const attempts = [
      await daemon.control('POST', `${path}/rotate`, {}),
      await daemon.control('POST', `${path}/rotate`, { prepublish: true }),
      await daemon.control('POST', `${path}/${staged.kid}/activate`, {}),
      await daemon.control('POST', `${path}/${early.kid}/revoke`, {}),
      await daemon.control('POST', '/issuers', { slug: 'no-room', platform: 'generic', alg: 'ES256' }),
      await daemon.control('POST', `/tokens/${early.jti}/revoke`, {}),
    ];
    expect(attempts.map((answer) => answer.json<Problem>().code)).toEqual(attempts.map(() => 'storage_full'));
    expect((await showIssuer(daemon, 'default')).keys).toEqual(before.keys);
    expect((await daemon.control('GET', '/issuers/no-room')).status).toBe(404);
    await expectReadable(daemon, early.token);
  });

  it('recovers without a restart when there is room again', async () => {
    await mintUntilRefused();
    disk.clear();
    await expectServed(daemon);
    const fresh = await rotate(daemon, 'default');
    await changeKey(daemon, 'default', early.kid, 'revoke');
    expect((await fetchJwks(`${daemon.baseUrl}/issuers/default`)).keys.map(({ kid }) => kid)).toEqual([fresh.kid]);
    expect((await daemon.control('GET', '/status')).json()).toMatchObject({ health: 'ok' });
  });

  it('loses nothing acknowledged when it is killed while the disk is full', async () => {
    await mintUntilRefused();
    await daemon.terminate('SIGKILL');
    const full = await startCli(['serve', '--port', '0', '--json', '--home', disk.home, '--idle-exit', '1'], {
      home: disk.home,
    }).done;
    expect([0, 3]).toContain(full.code);
    disk.clear();
    expect(readCopy(disk.home, checkIntegrity)).toBe('ok');
    expect(sorted(readCopy(disk.home, listTokens))).toEqual(sorted(acknowledged));
    daemon = await startDaemon({ home: disk.home, port: daemon.port });
    await expectReadable(daemon, early.token);
    await expectServed(daemon);
  });

  it('says that the disk is full when there is no room to begin', async () => {
    await daemon.terminate();
    const other = mountSmallDisk(1);
    try {
      other.fill();
      const outcome = await startCli(['serve', '--port', '0', '--json', '--home', other.home], { home: other.home })
        .done;
      expect(outcome.code).toBe(3);
      expect(outcome.stderr).toContain('storage_full');
    } finally {
      other.remove();
    }
  });
});
