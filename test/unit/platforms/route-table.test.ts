import { expect, test } from 'vitest';
import type { PlatformRoute } from '../../../daemon/platforms/platform.ts';
import { matchPlatformRoute } from '../../../daemon/platforms/route-table.ts';

const route = (path: string): PlatformRoute => ({
  path,
  answer: async () => ({ status: 200, contentType: 'text/plain', body: '' }),
});
const ROUTES = [
  '/idtoken/{run}',
  '/v1/{kind}/{name}/token',
  '/meta/v1/',
  '/',
  '/v1/fixed/name/token',
  '/all/{rest...}',
].map(route);

test.each([
  ['/idtoken/r1', '/idtoken/{run}', { run: 'r1' }],
  ['/idtoken/r%31', '/idtoken/{run}', { run: 'r%31' }],
  ['/v1/ns/sa/token', '/v1/{kind}/{name}/token', { kind: 'ns', name: 'sa' }],
  ['/meta/v1/', '/meta/v1/', {}],
  ['/', '/', {}],
  ['/all/', '/all/{rest...}', { rest: '' }],
  ['/all/a', '/all/{rest...}', { rest: 'a' }],
  ['/all/a//b/', '/all/{rest...}', { rest: 'a//b/' }],
])('%s is answered by %s', (path, expected, members) => {
  expect(matchPlatformRoute(ROUTES, path)).toMatchObject({ route: { path: expected }, members });
});

test.each([
  '/idtoken',
  '/idtoken/',
  '/idtoken/a/b',
  '/IDTOKEN/a',
  '/meta/v1',
  '',
  '/v1/ns//token',
  '/idtoken/a/',
  '/all',
])('%s is nobody’s path', (path) => {
  expect(matchPlatformRoute(ROUTES, path)).toBeNull();
});
