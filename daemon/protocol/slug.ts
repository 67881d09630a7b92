/** The name of an issuer, the last part of its URL (CONTRACT §1), apart from the schemas: it costs nothing to load. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
