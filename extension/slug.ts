/**
 * The name of an issuer, as the daemon wants it (daemon/protocol/resources.ts, whose schemas are not loaded for this).
 */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
