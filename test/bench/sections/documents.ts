import { compare, type Section, section } from '../findings.ts';
import { driveLoad, writeRequest } from '../load.ts';
import { CONNECTIONS, type Scale } from '../scale.ts';
import { type Server, startMintmark, startPeer } from '../servers.ts';

/** P10 to P12: how fast the two public documents are served. */
export async function measureDocuments(scale: Scale): Promise<Section> {
  const ours = await startMintmark();
  const issuer = `${ours.baseUrl}/issuers/default`;
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).text();
  const { jwks_uri } = JSON.parse(discovery) as { jwks_uri: string };
  const keys = await (await fetch(jwks_uri)).text();
  const mock = await startPeer('mock-server');
  const provider = await startPeer('provider');
  const bare = await startPeer('bare-http', { get: { '/jwks': keys, '/discovery': discovery } });
  const read = async (server: Server, path: string): Promise<number> => {
    const result = await driveLoad({
      port: server.port,
      requests: [writeRequest(server.port, 'GET', path)],
      connections: CONNECTIONS,
      perSecond: null,
      warmUpMs: scale.warmUpMs,
      measureMs: scale.measureMs,
    });
    return result.perSecond;
  };
  try {
    const series = {
      keys: [] as number[],
      bareKeys: [] as number[],
      document: [] as number[],
      bareDocument: [] as number[],
    };
    const peers: number[] = [];
    for (let round = 0; round < scale.rounds; round += 1) {
      series.keys.push(await read(ours, new URL(jwks_uri).pathname));
      series.bareKeys.push(await read(bare, '/jwks'));
      series.document.push(await read(ours, '/issuers/default/.well-known/openid-configuration'));
      series.bareDocument.push(await read(bare, '/discovery'));
      peers.push(Math.max(await read(mock, '/jwks'), await read(provider, '/jwks')));
    }
    return section({
      findings: [
        compare('P10', series.keys, series.bareKeys, '/s'),
        compare('P11', series.document, series.bareDocument, '/s'),
        compare('P12', series.keys, peers, '/s'),
      ],
    });
  } finally {
    await Promise.all([ours, mock, provider, bare].map((server) => server.stop()));
  }
}
