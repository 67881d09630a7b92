import { describe, expect, test } from 'vitest';
import { placeInput } from '../../../daemon/client/call-daemon.ts';
import { CONTROL_ROUTES } from '../../../daemon/client/control-routes.ts';
import { OPERATIONS } from '../../../daemon/protocol/operations.ts';

test('the client knows the route of every operation', () => {
  const routes = Object.entries(OPERATIONS).map(([name, { method, path }]) => [name, `${method} ${path}`]);
  expect(CONTROL_ROUTES).toEqual(Object.fromEntries(routes));
});

describe('an input is placed', () => {
  test('into the path, with reserved characters escaped', () => {
    const placed = placeInput(CONTROL_ROUTES['keys.retire'], { slug: 'shop', kid: 'a/b?c %' });
    expect(placed).toEqual({ method: 'POST', path: '/issuers/shop/keys/a%2Fb%3Fc%20%25/retire', body: '{}' });
  });

  test('into the query of a GET, without what is undefined', () => {
    const placed = placeInput(CONTROL_ROUTES['tokens.list'], { limit: 5, issuer: undefined, cursor: 'a&b' });
    expect(placed).toEqual({ method: 'GET', path: '/tokens?limit=5&cursor=a%26b' });
  });

  test('into the body of a POST', () => {
    const placed = placeInput(CONTROL_ROUTES['tokens.mint'], { slug: 'default', audience: ['a', 'b'] });
    expect(placed).toEqual({ method: 'POST', path: '/issuers/default/tokens', body: '{"audience":["a","b"]}' });
  });

  test('nowhere when a DELETE has all of it in its path', () => {
    const placed = placeInput(CONTROL_ROUTES['issuers.delete'], { slug: 'shop' });
    expect(placed).toEqual({ method: 'DELETE', path: '/issuers/shop' });
  });
});
