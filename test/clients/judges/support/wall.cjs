// Read before a client's own code (NODE_OPTIONS): nothing leaves this machine, and what tried is written down.
const { appendFileSync } = require('node:fs');
const net = require('node:net');

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function connectInside(...args) {
  // node:net hands its own arguments on as one list.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: second };
  const isSocketFile = typeof options.path === 'string' || (typeof first === 'string' && Number.isNaN(Number(first)));
  const host = typeof options.host === 'string' ? options.host : 'localhost';
  if (isSocketFile || LOOPBACK.test(host)) return connect.apply(this, args);
  appendFileSync(process.env.WALL_REPORT, `${host}:${options.port}\n`);
  process.nextTick(() => this.destroy(Object.assign(new Error(`${host} is outside`), { code: 'ENETUNREACH' })));
  return this;
};
