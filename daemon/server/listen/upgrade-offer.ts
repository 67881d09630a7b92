import { IncomingMessage } from 'node:http';

/**
 * A request whose upgrade counts only when it is to WebSocket. `curl --http2` and Java's client offer `h2c` with every
 * request, and get their answer in HTTP/1.1 (RFC 9110 §7.8: an offer may be ignored; one in HTTP/1.0 must be).
 *
 * Node's own `shouldUpgradeCallback` decides the same, but not before 22.21 and 24.9: until then whatever is offered
 * ends as an upgrade. Both ask the request for `upgrade`, which the parser has set.
 */
export class UpgradableRequest extends IncomingMessage {
  /** What the parser saw. Set by the constructor above already, therefore neither private nor with a value here. */
  declare protected isOffered: unknown;

  get upgrade(): boolean {
    if (!this.isOffered) return false;
    if (this.method === 'CONNECT') return true;
    return this.httpVersion !== '1.0' && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(isOffered: unknown) {
    this.isOffered = isOffered;
  }
}
