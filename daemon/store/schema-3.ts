/**
 * Staged rotation that goes on without whoever began it: when, on the daemon's clock, a published key begins to sign.
 */
export const SCHEMA_3 = `
ALTER TABLE keys ADD COLUMN signs_from INTEGER;
`;
