/**
 * Errors that cross a room's door, each with one stable code. The table is the only place that knows how a code looks
 * from outside: its HTTP status (RFC 9457), its exit code (CONTRACT §3) and its title. Detail belongs to the message.
 */
const PROBLEMS = {
  // Requests
  invalid_json: [400, 2, 'The body is not acceptable JSON'],
  invalid_request: [400, 2, 'The request is not of the documented form'],
  bad_target: [400, 2, 'The request target is not acceptable'],
  unauthorized: [401, 1, 'A valid control token is required'],
  forbidden_host: [403, 1, 'This Host is not served'],
  forbidden_origin: [403, 1, 'This Origin is not served'],
  not_found: [404, 1, 'Nothing is here'],
  method_not_allowed: [405, 2, 'The method is not allowed here'],
  request_timeout: [408, 3, 'The request took too long'],
  too_large: [413, 1, 'The request is too large'],
  unsupported_media_type: [415, 2, 'The content type is not supported'],
  expectation_failed: [417, 2, 'The expectation is not supported'],
  upgrade_required: [426, 2, 'This path speaks WebSocket only'],
  too_many_requests: [429, 3, 'Too many refused requests'],
  too_many_watches: [429, 1, 'No more tokens can be watched'],
  headers_too_large: [431, 2, 'The request headers are too large'],
  method_not_implemented: [501, 2, 'No path here knows the method'],
  unsupported_transfer: [501, 2, 'The transfer coding is not supported'],
  // Live channel
  invalid_message: [400, 2, 'The message is not a JSON-RPC request'],
  method_unknown: [404, 2, 'There is no such method'],
  watch_not_found: [404, 1, 'There is no such watch'],
  // Issuers and keys
  issuer_not_found: [404, 1, 'There is no such issuer'],
  issuer_exists: [409, 1, 'An issuer with this slug exists'],
  issuer_protected: [409, 1, 'The default issuer cannot be deleted'],
  platform_unknown: [400, 2, 'There is no such platform'],
  platform_unavailable: [400, 2, 'This platform is not emulated yet'],
  algorithm_unsupported: [400, 2, 'The algorithm is not supported'],
  key_not_found: [404, 1, 'There is no such key'],
  key_exists: [409, 1, 'A key with this kid exists'],
  key_state: [409, 1, 'The key is not in a state that allows this'],
  key_active: [409, 1, 'The active key cannot be taken away'],
  key_material: [400, 2, 'The key cannot be read'],
  weak_key: [400, 1, 'The key is too weak'],
  key_too_large: [400, 1, 'The key is too large'],
  mixed_key_set: [400, 1, 'Private and public, or secret and public keys do not belong in one set'],
  key_unavailable: [503, 3, 'The signing key cannot be opened'],
  confirmation_required: [400, 2, 'This must be confirmed'],
  // Tokens
  reserved_claim: [400, 2, 'This claim is set by the issuer'],
  reserved_header: [400, 2, 'This header parameter is set by the issuer'],
  ttl_out_of_range: [400, 2, 'The lifetime is out of range'],
  token_not_found: [404, 1, 'There is no record of such a token'],
  // Jobs
  job_refused: [403, 1, 'The job would get no token'],
  run_not_found: [404, 1, 'There is no such run'],
  // SuperPlane's own words, of which the caller learns no more
  execution_unsigned: [500, 3, 'failed to sign OIDC execution token'],
  semaphore_refused: [502, 1, 'Semaphore did not start the workflow'],
  semaphore_unreachable: [502, 3, 'Semaphore does not answer'],
  // Clock
  clock_control_disabled: [403, 1, 'The clock can be set only with --clock-control'],
  // State
  state_insecure: [503, 3, 'The state directory is open to others'],
  state_locked: [503, 3, 'Another daemon uses this state directory'],
  state_missing: [503, 3, 'The database is gone but its master key is there'],
  database_corrupt: [503, 3, 'The database is damaged'],
  database_newer: [503, 3, 'The database was written by a newer version'],
  database_foreign: [503, 3, 'The file is not a Mintmark database'],
  database_unavailable: [503, 3, 'The database cannot be used'],
  database_busy: [503, 3, 'The database is busy'],
  storage_full: [507, 3, 'The disk is full'],
  storage_readonly: [503, 3, 'The state directory cannot be written'],
  sqlite_too_old: [503, 3, 'This SQLite has a known corruption bug'],
  master_key_missing: [503, 3, 'The master key is missing'],
  master_key_wrong: [503, 3, 'The master key does not open this database'],
  passphrase_required: [503, 3, 'The master key is sealed with a passphrase'],
  backup_invalid: [400, 2, 'The backup cannot be used'],
  // Daemon, as its clients see it
  daemon_unreachable: [503, 3, 'The daemon does not answer'],
  daemon_unproven: [503, 3, 'What answers is not your daemon'],
  coordinator_unreachable: [503, 3, 'The coordinator does not answer'],
  coordinator_unproven: [503, 3, 'What answers is not that coordinator'],
  port_busy: [503, 3, 'The port is taken'],
  config_invalid: [400, 2, 'The configuration is not valid'],
  usage: [400, 2, 'The command line is not valid'],
  file_unreadable: [400, 2, 'The file cannot be read'],
  stopping: [503, 3, 'The daemon is stopping'],
  internal: [500, 3, 'Something went wrong inside'],
} as const satisfies Record<string, readonly [status: number, exitCode: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error that a caller may see. `message` is the detail; it never holds a token, a key or a secret. */
export class MintmarkError extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, detail?: string, options?: { cause?: unknown }) {
    super(detail ?? PROBLEMS[code][2], options);
    this.name = 'MintmarkError';
    this.code = code;
  }
}

/** Is `code`, perhaps read from another process, one of ours? */
export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}

/** HTTP status, process exit code and title of a code. */
export function describeProblem(code: ProblemCode): { status: number; exitCode: number; title: string } {
  const [status, exitCode, title] = PROBLEMS[code];
  return { status, exitCode, title };
}
