/** oauth2-mock-server with one RS256 key. Argument: claims that every token carries. */
import { OAuth2Server } from 'oauth2-mock-server';

const claims = JSON.parse(process.argv[2] ?? 'null') as Record<string, unknown> | null;
const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
server.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) => {
  Object.assign(token.payload, claims);
});
await server.start(0, '127.0.0.1');
console.log(JSON.stringify({ port: server.address().port }));
