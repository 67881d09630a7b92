/** One ratio that is watched. All are ours divided by theirs, both measured in this run. */
export interface Aim {
  readonly id: string;
  readonly ratio: string;
  readonly better: 'higher' | 'lower';
  /** Should hold in every run's median. */
  readonly floor: number;
  readonly goal: number;
}

const higher = (id: string, ratio: string, floor: number, goal: number): Aim => ({
  id,
  ratio,
  better: 'higher',
  floor,
  goal,
});
const lower = (id: string, ratio: string, floor: number, goal: number): Aim => ({
  id,
  ratio,
  better: 'lower',
  floor,
  goal,
});

export const AIMS: readonly Aim[] = [
  higher('P1', 'durable RS256 mints/s : openssl speed RSA-2048 signs/s, all cores', 0.5, 0.62),
  higher('P2', 'durable RS256 mints/s : oauth2-mock-server (persists nothing)', 2.0, 2.5),
  higher('P2b', 'durable RS256 mints/s : oidc-provider (persists nothing)', 1.5, 1.8),
  higher('P4', 'durable RS256 mints/s : the same with --ephemeral', 0.8, 0.9),
  higher('P5', 'durable ES256 mints/s : bare node:http POST of the same bytes', 0.2, 0.27),
  lower('P6', 'mint p50, one at a time : one bare RSA-2048 signature', 3.8, 2.8),
  lower('P7', "mint p99 at 500/s, open loop : oauth2-mock-server's", 1.1, 0.75),
  lower('P8', "mint p99 at saturation : oauth2-mock-server's", 0.7, 0.5),
  lower('P9', "GET JWKS p99 at 200/s under full mint load : oauth2-mock-server's", 0.6, 0.35),
  higher('P10', 'GET JWKS/s : bare node:http, same bytes', 0.85, 0.97),
  higher('P11', 'GET discovery/s : bare node:http, same bytes', 0.85, 0.97),
  higher('P12', 'GET JWKS/s : the faster npm peer', 1.3, 1.6),
  higher('P13', 'RS256 verify/s over HTTP : bare node:http POST of the same bytes', 0.17, 0.25),
  lower('P14', 'start to first discovery 200 : node -e 0', 3.0, 2.4),
  lower('P15', "start to first discovery 200 : oauth2-mock-server's", 0.65, 0.5),
  lower('P16', "RSS idle : oauth2-mock-server's", 1.15, 0.9),
  lower('P17', "RSS after mint load : oauth2-mock-server's", 1.6, 1.2),
  lower('P18', 'verify over the live channel, p50 : bare ws echo of the same bytes', 3.0, 2.2),
  lower('P19', 'revocation to the verdict at the last client, p50 : bare ws fan-out', 1.3, 1.05),
  higher('P20', 'verdict pushes/s : bare ws fan-out of the same bytes', 0.6, 0.85),
  higher('P24', 'newest 50 tokens, requests/s: many rows : few rows', 0.7, 0.85),
  lower('P25', 'bytes on disk per token : bytes of its claims', 1.5, 1.35),
  lower('B11', 'mintmark verify with the daemon up, whole process : node -e 0', 4.0, 4.0),
  higher('B13', 'strict verification in process : split + base64 + JSON + crypto.verify', 0.7, 0.7),
];
