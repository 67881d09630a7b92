import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { compare, type Section, section } from '../findings.ts';
import { MINT_BODY } from '../job-claims.ts';
import { driveLoad, writeRequest } from '../load.ts';
import { CONNECTIONS, type Scale } from '../scale.ts';
import { createHome, type Mintmark, removeHome, startMintmark } from '../servers.ts';

const FEW_ROWS = 1_000;
const SIZED_ROWS = 5_000;

/** P24 and P25: what a long life does to lists, and how much room a token takes. */
export async function measureStoring(scale: Scale): Promise<Section> {
  const homes = [await createHome(), await createHome()] as const;
  try {
    const claimBytes = await mintRows(homes[0], FEW_ROWS);
    const before = readSize(homes[0]);
    await mintRows(homes[0], SIZED_ROWS);
    const perToken = (readSize(homes[0]) - before) / SIZED_ROWS;

    await mintRows(homes[1], FEW_ROWS);
    multiplyRows(homes[1], scale.rows);
    const few = await startMintmark({ home: homes[0] });
    const many = await startMintmark({ home: homes[1] });
    const series = { many: [] as number[], few: [] as number[] };
    try {
      for (let round = 0; round < scale.rounds; round += 1) {
        series.few.push(await listNewest(few, scale));
        series.many.push(await listNewest(many, scale));
      }
    } finally {
      await few.stop();
      await many.stop();
    }
    return section({
      findings: [
        compare(
          'P24',
          series.many,
          series.few,
          '/s',
          `${scale.rows.toLocaleString('en-US')} rows : ${(FEW_ROWS + SIZED_ROWS).toLocaleString('en-US')} rows`,
        ),
        compare('P25', [perToken], [claimBytes], ' B', 'with its event, after a clean stop'),
      ],
    });
  } finally {
    for (const home of homes) await removeHome(home);
  }
}

/** Mints through the daemon and stops it cleanly; returns the length of one payload. */
async function mintRows(home: string, count: number): Promise<number> {
  const server = await startMintmark({ home });
  try {
    let token = '';
    const mint = async (): Promise<void> => {
      token = String((await server.call('POST', '/issuers/default/tokens', JSON.parse(MINT_BODY))).token);
    };
    for (let done = 0; done < count; done += CONNECTIONS) {
      await Promise.all(Array.from({ length: Math.min(CONNECTIONS, count - done) }, mint));
    }
    return Buffer.from(token.split('.')[1] ?? '', 'base64url').length;
  } finally {
    await server.stop();
  }
}

function readSize(home: string): number {
  return statSync(join(home, 'mintmark.db')).size;
}

/**
 * Copies records until there are `total`: a million mints would take minutes. The only place outside of the product
 * that knows its table of tokens.
 */
function multiplyRows(home: string, total: number): void {
  const database = new Database(join(home, 'mintmark.db'));
  try {
    database
      .prepare(
        `WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ?)
         INSERT INTO tokens (jti, issuer_id, key_id, issued_at, expires_at, claims)
         SELECT printf('%s-%d', jti, n), issuer_id, key_id, issued_at, expires_at, claims
         FROM copy JOIN (SELECT * FROM tokens WHERE id = 1)`,
      )
      .run(total - FEW_ROWS);
  } finally {
    database.close();
  }
}

async function listNewest(server: Mintmark, scale: Scale): Promise<number> {
  const { perSecond } = await driveLoad({
    port: server.port,
    requests: [writeRequest(server.port, 'GET', '/api/v1/tokens?issuer=default&limit=50', { headers: server.headers })],
    connections: 8,
    perSecond: null,
    warmUpMs: scale.warmUpMs,
    measureMs: scale.measureMs,
  });
  return perSecond;
}
