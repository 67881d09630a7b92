/**
 * The credential of an `Authorization` header with this scheme, whose name is
 * case-insensitive (RFC 9110 §11.1); else null.
 */
export function readBearer(authorization: string | undefined, scheme = 'bearer'): string | null {
  const [name, credential, ...rest] = (authorization ?? '').trim().split(/ +/);
  if (name?.toLowerCase() !== scheme || credential === undefined || rest.length > 0) return null;
  return credential;
}
