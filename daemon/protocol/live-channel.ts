/** What both ends of the live channel must agree on (CONTRACT §5). */

/** The WebSocket subprotocol that the daemon speaks; selected when a client offers it. */
export const LIVE_SUBPROTOCOL = 'mintmark.v1';

/** The daemon pings every connection this often, ms: an end that hears nothing for longer has lost the other. */
export const KEEPALIVE_MS = 30_000;
