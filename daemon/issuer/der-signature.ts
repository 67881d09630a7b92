/**
 * Turns an ECDSA signature from DER (SEC 1 C.5: a SEQUENCE of the INTEGERs r and s) into the fixed form r | s of JWS
 * (RFC 7518 §3.4). Done here because OpenSSL's own conversion (`ieee-p1363`) costs more than the signature.
 */
export function joseFromDer(der: Uint8Array, scalarBytes: number): Uint8Array {
  const raw = new Uint8Array(2 * scalarBytes);
  // P-256 and P-384 signatures are shorter than 128 bytes: every length is one byte.
  const rLength = der[3] ?? 0;
  const sLength = der[5 + rLength] ?? 0;
  writeScalar(raw, scalarBytes, der.subarray(4, 4 + rLength));
  writeScalar(raw, 2 * scalarBytes, der.subarray(6 + rLength, 6 + rLength + sLength));
  return raw;
}

/**
 * Writes a DER INTEGER right-aligned before `end`; DER adds a zero byte before a set top bit and drops leading zeros.
 */
function writeScalar(raw: Uint8Array, end: number, integer: Uint8Array): void {
  const scalar = integer[0] === 0 ? integer.subarray(1) : integer;
  raw.set(scalar, end - scalar.length);
}
