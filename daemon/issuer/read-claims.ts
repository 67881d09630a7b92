/** The claims of a stored payload. */
export function readClaims(json: string): Record<string, unknown> {
  const claims: unknown = JSON.parse(json);
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}
