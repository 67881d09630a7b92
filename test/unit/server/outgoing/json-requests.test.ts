import type { lookup } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFetchDocument, createPostJson } from '../../../../daemon/server/outgoing/json-requests.ts';
import { ForbiddenFetchError, UnusableAnswerError } from '../../../../daemon/verify/fetch-document.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

const answerJson: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"a":1}');
};

/** A resolver that answers with these addresses, and counts how often it was asked. */
function resolveTo(...addresses: string[]): { lookup: typeof lookup; asked: () => number } {
  let count = 0;
  const answer = (_name: string, _options: unknown, callback: (error: null, found: unknown) => void) => {
    count += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup: answer as unknown as typeof lookup, asked: () => count };
}

it('fetches a JSON document with its headers and nothing of ours but what it needs', async () => {
  let sent: Record<string, unknown> = {};
  const port = await serve((request, response) => {
    sent = request.headers;
    response.setHeader('cache-control', 'max-age=7');
    answerJson(request, response);
  });
  const document = await createFetchDocument()(`http://localhost:${port}/x`);
  expect(document.status).toBe(200);
  expect(new TextDecoder().decode(document.body)).toBe('{"a":1}');
  expect(document.headers['cache-control']).toBe('max-age=7');
  expect(Object.keys(sent).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
});

it('hands a status over, whatever it is, and follows no redirect', async () => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect((await createFetchDocument()(`http://127.0.0.1:${port}/`)).status).toBe(302);
  expect(asked).toBe(1);
});

describe('refuses', () => {
  it.each([
    ['another scheme', 'ftp://localhost/x'],
    ['a file', 'file:///etc/passwd'],
    ['a credential', 'http://user:secret@localhost/x'],
    ['a metadata service', 'http://169.254.169.254/latest'],
    ['it written in hex', 'http://0xa9fea9fe/latest'],
    ['it within IPv6', 'http://[::ffff:169.254.169.254]/latest'],
    ['a link-local address', 'http://[fe80::1]/'],
    ['the unspecified address', 'http://0.0.0.0/'],
    ['loopback by a spelling that is no loopback name', 'http://127.0.0.2/'],
    ['loopback within IPv6', 'http://[::ffff:127.0.0.1]/'],
  ])('%s by a rule', async (_what, url) => {
    await expect(createFetchDocument()(url)).rejects.toBeInstanceOf(ForbiddenFetchError);
  });

  it('a name that leads to this machine, or to any forbidden address, without a connection', async () => {
    let connections = 0;
    const port = await serve(() => {
      connections += 1;
    });
    for (const addresses of [['127.0.0.1'], ['::1'], ['169.254.169.254'], ['8.8.8.8', '127.0.0.1']]) {
      const { lookup } = resolveTo(...addresses);
      await expect(createFetchDocument({ lookup })(`http://rebind.test:${port}/`)).rejects.toBeInstanceOf(
        ForbiddenFetchError,
      );
    }
    expect(connections).toBe(0);
  });

  it('a loopback name that leads elsewhere', async () => {
    const { lookup, asked } = resolveTo('8.8.8.8');
    await expect(createFetchDocument({ lookup })('http://localhost:1/')).rejects.toThrow('elsewhere');
    expect(asked()).toBe(1);
  });

  it.each([
    ['HTML', 'text/html', '<p>', 'its Content-Type is "text/html"'],
    ['JSON under another name', 'text/plain', '{}', 'its Content-Type is "text/plain"'],
    ['what has no type', '', '{}', 'it has no Content-Type'],
  ])('%s', async (_what, type, body, told) => {
    const port = await serve((_request, response) => {
      if (type !== '') response.setHeader('content-type', type);
      response.end(body);
    });
    await expect(createFetchDocument()(`http://localhost:${port}/`)).rejects.toThrow(
      new UnusableAnswerError(`the answer does not say that it is JSON: ${told}`),
    );
  });

  it('a compressed answer', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x');
    });
    await expect(createFetchDocument()(`http://localhost:${port}/`)).rejects.toThrow(
      new UnusableAnswerError('the answer is compressed'),
    );
  });

  it('more than 256 KiB, of an answer that would never end', async () => {
    const port = await serve((_request, response) => {
      response.setHeader('content-type', 'application/json');
      const write = (): void => {
        if (response.write('x'.repeat(65_536))) setImmediate(write);
        else response.once('drain', write);
      };
      write();
    });
    await expect(createFetchDocument()(`http://localhost:${port}/`)).rejects.toThrow(
      new UnusableAnswerError('the answer has more than 262144 bytes'),
    );
  });

  it('an answer that does not end in time', async () => {
    const port = await serve((_request, response) => {
      response.setHeader('content-type', 'application/json').write('{');
    });
    await expect(createFetchDocument({ totalMs: 50 })(`http://localhost:${port}/`)).rejects.toThrow('0.05 s');
  });

  it('a body without a length that the time-out cut off', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"keys":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(createFetchDocument({ totalMs: 100 })(`http://127.0.0.1:${port}/`)).rejects.toThrow('0.1 s');
    await new Promise((resolve) => server.close(resolve));
  });

  it('to wait for a server that says nothing', async () => {
    const port = await serve(() => undefined);
    await expect(createFetchDocument({ totalMs: 50 })(`http://localhost:${port}/`)).rejects.toThrow('0.05 s');
  });
});

describe('what carries a credential', () => {
  it('goes to a server of this machine as JSON, with the headers that the caller gives', async () => {
    let sent: unknown;
    const port = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { authorization, 'content-type': type } = request.headers;
      sent = { method: request.method, authorization, type, body };
      answerJson(request, response);
    });
    const headers = { authorization: 'Token secret' };
    expect((await createPostJson()(`http://localhost:${port}/x`, headers, '{"b":2}')).status).toBe(200);
    expect(sent).toEqual({ method: 'POST', authorization: 'Token secret', type: 'application/json', body: '{"b":2}' });
  });

  it.each(['http', 'ftp'])('does not leave this machine over %s, nor is the name looked up', async (scheme) => {
    const { lookup, asked } = resolveTo('8.8.8.8');
    await expect(createPostJson({ lookup })(`${scheme}://semaphore.example/`, {}, '{}')).rejects.toThrow('only https');
    expect(asked()).toBe(0);
  });
});
