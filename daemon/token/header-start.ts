/** `{` and then a quote or white space, in base64url: how every JOSE header begins (RFC 7515 §4). */
export const HEADER_START = /e(?:y[A-DI-L]|w[k-r0-3])/;

/** Characters of the shortest header that names an algorithm, `{"alg":""}`. */
export const SHORTEST_HEADER = 14;
