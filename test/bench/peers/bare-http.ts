/**
 * node:http and nothing else. Argument: `{"get": {path: body}, "post": body}`; a POST is
 * read whole before it is answered.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const argument = JSON.parse(process.argv[2] ?? '{}') as { get?: Record<string, string>; post?: string };
const documents = new Map(Object.entries(argument.get ?? {}).map(([path, body]) => [path, Buffer.from(body)]));
const posted = Buffer.from(argument.post ?? '');

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': posted.length });
      response.end(posted);
    });
    return;
  }
  const body = documents.get(request.url ?? '');
  response.writeHead(body ? 200 : 404, { 'content-type': 'application/json', 'content-length': body?.length ?? 0 });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
