/**
 * How a URL of this machine names it (RFC 6761 §6.3), as `URL.hostname` writes it: nothing else is spoken to over http.
 */
export const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
