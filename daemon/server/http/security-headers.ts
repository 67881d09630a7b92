/**
 * Headers that every answer carries, errors included (OWASP ASVS 5.0 V3.4): no sniffing, no framing, no script, no
 * referrer. Flat lists of name and value, as `writeHead` takes them fastest.
 */
const EVERYWHERE = [
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
  'X-Frame-Options',
  'DENY',
  'Referrer-Policy',
  'no-referrer',
] as const;

/** For everything that is not a public document: never cached, never readable by another origin. */
export const PRIVATE_HEADERS: readonly string[] = [
  ...EVERYWHERE,
  'Cross-Origin-Resource-Policy',
  'same-origin',
  'Cache-Control',
  'no-store',
];

/** For discovery and key sets, which hold nothing secret and are read by pages of any origin (CONTRACT §4). */
export const PUBLIC_HEADERS: readonly string[] = [
  ...EVERYWHERE,
  'Cross-Origin-Resource-Policy',
  'cross-origin',
  'Access-Control-Allow-Origin',
  '*',
];
