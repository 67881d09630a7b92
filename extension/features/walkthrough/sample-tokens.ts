/** Samples are made when they are looked at: no token is committed, and none is of a real service. */
export interface SampleTokens {
  /** Signed, and valid for an hour. */
  readonly fresh: string;
  /** Signed, and expired since yesterday. */
  readonly expired: string;
  /** `alg: none`. */
  readonly unsigned: string;
}

const HOUR = 3_600;
const DAY = 86_400;
const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
const ES256 = { name: 'ECDSA', hash: 'SHA-256' };

/** Makes the tokens of a job that never ran, with a key that nobody keeps. `nowSeconds` since the epoch. */
export async function makeSampleTokens(nowSeconds: number): Promise<SampleTokens> {
  const now = Math.floor(nowSeconds);
  const keys = await crypto.subtle.generateKey(KEY, false, ['sign']);
  const sign = async (claims: object): Promise<string> => {
    const input = `${encode({ alg: 'ES256', typ: 'JWT', kid: 'sample' })}.${encode(claims)}`;
    const signature = await crypto.subtle.sign(ES256, keys.privateKey, new TextEncoder().encode(input));
    return `${input}.${encodeBytes(new Uint8Array(signature))}`;
  };
  return {
    fresh: await sign(makeClaims(now, now + HOUR)),
    expired: await sign(makeClaims(now - DAY - HOUR, now - DAY)),
    unsigned: `${encode({ alg: 'none', typ: 'JWT' })}.${encode(makeClaims(now, now + HOUR))}.`,
  };
}

/** What most CI systems say of a job. */
function makeClaims(iat: number, exp: number): Readonly<Record<string, unknown>> {
  return {
    iss: 'https://ci.example',
    sub: 'repo:acme/shop:ref:refs/heads/main',
    aud: 'https://deploy.example',
    iat,
    nbf: iat,
    exp,
    jti: crypto.randomUUID(),
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    environment: 'production',
  };
}

const encode = (value: object): string => encodeBytes(new TextEncoder().encode(JSON.stringify(value)));

function encodeBytes(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
