/**
 * The text whose HMAC-SHA256 under the control token proves, before any credential is sent, that a daemon is the one of
 * its `daemon.json`. Its first line keeps it apart from whatever else is ever authenticated with that token.
 *
 * @param nonce as the client sent it in `Mintmark-Nonce`.
 */
export function writeProofText(baseUrl: string, nonce: string): string {
  return `mintmark daemon proof\n${baseUrl}\n${nonce}`;
}
