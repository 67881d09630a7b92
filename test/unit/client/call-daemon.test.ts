import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callDaemon } from '../../../daemon/client/call-daemon.ts';
import { type ProvenDaemon, proveDaemon } from '../../../daemon/client/prove-daemon.ts';
import { type FakeDaemon, openFakeDaemon } from './fake-daemon.ts';

let daemon: FakeDaemon;
let proven: ProvenDaemon;
beforeEach(async () => {
  daemon = await openFakeDaemon({ answer: (response) => response.end('{}') });
  proven = await proveDaemon(daemon.file);
});
afterEach(() => daemon.close());

describe('an input is placed', () => {
  test('into the path, with reserved characters escaped', async () => {
    await callDaemon(proven, 'keys.retire', { slug: 'shop', kid: 'a/b?c %' });
    expect(daemon.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/api/v1/issuers/shop/keys/a%2Fb%3Fc%20%25/retire',
      body: '{}',
    });
  });

  test('into the query of a GET, without what is undefined', async () => {
    await callDaemon(proven, 'tokens.list', { limit: 5, issuer: undefined, cursor: 'a&b' });
    expect(daemon.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: '/api/v1/tokens?limit=5&cursor=a%26b',
      body: '',
    });
  });

  test('into the body of a POST', async () => {
    await callDaemon(proven, 'tokens.mint', { slug: 'default', audience: ['a', 'b'] });
    expect(daemon.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/api/v1/issuers/default/tokens',
      body: '{"audience":["a","b"]}',
    });
  });

  test('nowhere when a DELETE has all of it in its path', async () => {
    await callDaemon(proven, 'issuers.delete', { slug: 'shop' });
    expect(daemon.requests.at(-1)).toMatchObject({ method: 'DELETE', url: '/api/v1/issuers/shop', body: '' });
  });
});
