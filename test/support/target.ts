import { afterAll, beforeAll, expect } from 'vitest';
import { type Daemon, expectStatus, mint, startDaemon } from './daemon.ts';
import { isAlive } from './program.ts';
import { type RawAnswer, rawRequest, sendRaw } from './raw-socket.ts';
import type { Problem } from './wire.ts';

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

const METHODS = ['get', 'post', 'delete', 'put', 'patch'];

/** What needs no credential: it says that a daemon is there and how it is called, and nothing of what is in it. */
export const OPEN = ['/api/v1/health', '/api/v1/openapi.json'];

/** One daemon for a whole file that sends it bytes; set before the first test. */
export interface Target {
  daemon: Daemon;
  kid: string;
  jti: string;
  /** Every documented operation as method and path, with members filled in that exist. */
  operations: { method: string; path: string }[];
  /** Every path that there is, and some that there are not. */
  everyPath: string[];
}

/** Starts the daemon before the tests of a file and holds, after them, that the same process still serves. */
export function raiseTarget(): Target {
  const target = {} as Target;
  beforeAll(async () => {
    const daemon = await startDaemon();
    const { kid, jti } = await mint(daemon);
    const operations = await listOperations(daemon, { slug: 'default', kid, jti });
    Object.assign(target, { daemon, kid, jti, operations, everyPath: listPaths(operations) });
  });
  afterAll(async () => {
    expect(isAlive(target.daemon.pid)).toBe(true);
    expect((await mint(target.daemon)).token).toMatch(/^ey/);
    await target.daemon.stop();
  });
  return target;
}

async function listOperations(daemon: Daemon, members: Record<string, string>): Promise<Target['operations']> {
  const document = expectStatus<OpenApi>(await daemon.publicGet('/api/v1/openapi.json'), 200);
  const fill = (path: string): string =>
    `/api/v1${path.replace(/^\/api\/v1/, '')}`.replace(/\{(\w+)\}/g, (whole, name: string) => members[name] ?? whole);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => METHODS.includes(name))
      .map((name) => ({ method: name.toUpperCase(), path: fill(path) })),
  );
}

function listPaths(operations: Target['operations']): string[] {
  const more = [
    '/api/v1/live',
    '/issuers/default/.well-known/openid-configuration',
    '/issuers/default/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server/issuers/default',
    '/',
    '/nothing/here',
    '/api/v1/nothing/here',
  ];
  return [...new Set([...operations.map(({ path }) => path), ...OPEN, ...more])];
}

export interface RawClient {
  /** The right Host. */
  here(): string;
  /** The right credential. */
  auth(): string;
  send(target: string, headers: readonly string[], method?: string, body?: string): Promise<RawAnswer>;
}

export function speakTo(target: Target): RawClient {
  return {
    here: () => `Host: localhost:${target.daemon.port}`,
    auth: () => `Authorization: Bearer ${target.daemon.controlToken}`,
    send: (path, headers, method = 'GET', body = '') =>
      sendRaw(target.daemon.port, rawRequest(path, headers, method, body)),
  };
}

export const isPublic = (path: string): boolean => path.includes('/.well-known/');

/** The problem code of a raw answer. */
export const codeOf = (answer: RawAnswer): string =>
  (JSON.parse(answer.text.slice(answer.text.indexOf('\r\n\r\n') + 4)) as Problem).code;
