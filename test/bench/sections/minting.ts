import { availableParallelism } from 'node:os';
import { compare, type Finding, printNumber, type Section, section } from '../findings.ts';
import { JOB_CLAIMS, MINT_BODY } from '../job-claims.ts';
import { driveLoad, type LoadPlan, type LoadResult, writeRequest } from '../load.ts';
import { measureOpensslSigning } from '../openssl.ts';
import { CONNECTIONS, type Scale } from '../scale.ts';
import { type Mintmark, type Server, startMintmark, startPeer } from '../servers.ts';
import { pickMedian } from '../statistics.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const OPEN_LOOP = 500;
const READERS = 200;

type Subject = Pick<LoadPlan, 'port' | 'requests'>;

/** P1 to P9: how fast tokens are minted, and what minting does to others. */
export async function measureMinting(scale: Scale): Promise<Section> {
  const durable = await startMintmark();
  const ephemeral = await startMintmark({ flags: ['--ephemeral'] });
  const mock = await startPeer('mock-server', JOB_CLAIMS);
  const provider = await startPeer('provider', JOB_CLAIMS);
  await durable.call('POST', '/issuers', { slug: 'es256', platform: 'generic', alg: 'ES256' });
  const sample = await durable.call('POST', '/issuers/es256/tokens', JSON.parse(MINT_BODY));
  const bare = await startPeer('bare-http', { post: JSON.stringify(sample) });
  try {
    return await compareAll(scale, { durable, ephemeral, mock, provider, bare });
  } finally {
    await Promise.all([durable, ephemeral, mock, provider, bare].map((server) => server.stop()));
  }
}

interface Servers {
  durable: Mintmark;
  ephemeral: Mintmark;
  mock: Server;
  provider: Server;
  bare: Server;
}

async function compareAll(scale: Scale, servers: Servers): Promise<Section> {
  const { durable, ephemeral, mock, provider, bare } = servers;
  const mintWith = (server: Mintmark, slug: string): Subject => ({
    port: server.port,
    requests: [
      writeRequest(server.port, 'POST', `/api/v1/issuers/${slug}/tokens`, { headers: server.headers, body: MINT_BODY }),
    ],
  });
  const ask = (server: Server, path: string, headers: Record<string, string>, body: string): Subject => ({
    port: server.port,
    requests: [writeRequest(server.port, 'POST', path, { headers, body })],
  });
  const read = (server: Server, path: string): Subject => ({
    port: server.port,
    requests: [writeRequest(server.port, 'GET', path)],
  });
  const ours = mintWith(durable, 'default');
  const theirs = ask(mock, '/token', FORM, 'grant_type=client_credentials&scope=bench');
  const others = ask(provider, '/token', FORM, 'grant_type=client_credentials&client_id=bench');
  const plan = { connections: CONNECTIONS, perSecond: null, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs };
  const load = (subject: Subject, more: Partial<LoadPlan> = {}): Promise<LoadResult> =>
    driveLoad({ ...plan, ...subject, ...more });
  /** p99 of 200 reads a second while minting takes all it can. */
  const readBeside = async (reads: Subject, mints: Subject): Promise<number> => {
    const [result] = await Promise.all([load(reads, { connections: 4, perSecond: READERS }), load(mints)]);
    return result.p99;
  };

  const series = new Map<string, number[]>();
  const note = (name: string, value: number): void => void series.set(name, [...(series.get(name) ?? []), value]);
  for (let round = 0; round < scale.rounds; round += 1) {
    const minted = await load(ours);
    note('durable', minted.perSecond);
    note('durable p99', minted.p99);
    note('openssl', (await measureOpensslSigning(availableParallelism())) ?? Number.NaN);
    const mocked = await load(theirs);
    note('mock', mocked.perSecond);
    note('mock p99', mocked.p99);
    note('ephemeral', (await load(mintWith(ephemeral, 'default'))).perSecond);
    note('provider', (await load(others)).perSecond);
    note('ES256', (await load(mintWith(durable, 'es256'))).perSecond);
    note('bare', (await load(ask(bare, '/', durable.headers, MINT_BODY))).perSecond);
    note('alone', (await load(ours, { connections: 1 })).p50);
    note('signature', 1000 / ((await measureOpensslSigning(1)) ?? Number.NaN));
    note('open', (await load(ours, { perSecond: OPEN_LOOP })).p99);
    note('mock open', (await load(theirs, { perSecond: OPEN_LOOP })).p99);
    note('reading', await readBeside(read(durable, '/issuers/default/.well-known/jwks.json'), ours));
    note('mock reading', await readBeside(read(mock, '/jwks'), theirs));
  }

  const get = (name: string): number[] => series.get(name) ?? [];
  const findings: Finding[] = [
    compare('P1', get('durable'), get('openssl'), '/s'),
    compare('P2', get('durable'), get('mock'), '/s'),
    compare('P2b', get('durable'), get('provider'), '/s'),
    compare('P4', get('durable'), get('ephemeral'), '/s', '--ephemeral stands for "without persistence"'),
    compare('P5', get('ES256'), get('bare'), '/s'),
    compare('P6', get('alone'), get('signature'), ' ms'),
    compare('P7', get('open'), get('mock open'), ' ms'),
    compare('P8', get('durable p99'), get('mock p99'), ' ms'),
    compare('P9', get('reading'), get('mock reading'), ' ms'),
  ];
  const hasOpenssl = !get('openssl').some(Number.isNaN);
  return section({
    findings: hasOpenssl ? findings : findings.filter(({ id }) => id !== 'P1' && id !== 'P6'),
    gaps: [
      ...(hasOpenssl ? [] : ['P1', 'P6'].map((id) => ({ id, reason: 'no openssl on this machine' }))),
      { id: 'P3', reason: 'glewlwyd is a system package that this script does not install' },
    ],
    remarks: [`oidc-provider mints ${printNumber(pickMedian(get('provider')))} RS256 tokens/s`],
  });
}
