import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../../daemon/protocol/operations.ts';
import { listOperationNames, matchRoute } from '../../../../daemon/server/control-api/routes.ts';

it('finds every operation by its method and path', () => {
  for (const name of listOperationNames()) {
    const { method, path } = OPERATIONS[name];
    const filled = path.replace('{slug}', 'default').replace('{kid}', 'k').replace('{jti}', 'j');
    expect(matchRoute(method, filled)).toMatchObject({ kind: 'found', name });
  }
});

describe('a member of the path', () => {
  it.each([
    ['plain', 'plain'],
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['%C3%A9', 'é'],
    ['a+b', 'a+b'],
    ['..%2f..%2fevil', '../../evil'],
  ])('%s is decoded once to %s', (sent, read) => {
    expect(matchRoute('POST', `/issuers/default/keys/${sent}/revoke`)).toMatchObject({
      name: 'keys.revoke',
      members: { slug: 'default', kid: read },
    });
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => matchRoute('GET', '/tokens/%ff')).toThrow(expect.objectContaining({ code: 'bad_target' }));
  });
});

it.each([
  '',
  '/',
  '/Issuers',
  '/issuers/',
  '/issuers;x',
  '/issuers%2fdefault',
  '/%69ssuers',
  '/issuers/default/keys//revoke',
  '/issuers/default/keys/k/steal',
  '/__proto__',
  '/constructor',
])('%j is no path', (path) => {
  expect(matchRoute('GET', path)).toEqual({ kind: 'none' });
});

it.each([
  ['PUT', '/issuers', 'GET, POST'],
  ['get', '/issuers', 'GET, POST'],
  ['POST', '/issuers/default', 'GET, DELETE'],
  ['OPTIONS', '/verify', 'POST'],
])('%s %s names the methods that are there', (method, path, allow) => {
  expect(matchRoute(method, path)).toEqual({ kind: 'method', allow });
});
