import type { MintmarkError } from '../../../daemon/problem.ts';
import type { MintField, MintProblem } from '../../../webview/protocol.ts';

/** Members of a request by the field of the form that they are typed into. */
const FIELDS: Readonly<Record<string, MintField>> = {
  subject: 'subject',
  audience: 'audience',
  claims: 'claims',
  ttlSeconds: 'life',
  event: 'event',
  job: 'job',
  matrix: 'job',
  ref: 'ref',
  options: 'options',
  lookAlike: 'lookAlike',
  slug: 'issuer',
};
const FIELDS_BY_CODE: Readonly<Record<string, MintField>> = {
  ttl_out_of_range: 'life',
  reserved_claim: 'claims',
  issuer_not_found: 'issuer',
  platform_unavailable: 'issuer',
};
const LONGEST = 8_192;

/** Where in the form a refusal of the daemon belongs: its messages begin with the member that is wrong. */
export function placeProblem({ code, message }: MintmarkError): MintProblem {
  const [prefix = '', member = ''] = /^(\w+)(?:\.[^:]*)?: /.exec(message) ?? [];
  const named = Object.hasOwn(FIELDS, member) ? FIELDS[member] : undefined;
  // What stands at its field need not name it.
  const text = named !== undefined && prefix === `${member}: ` ? message.slice(prefix.length) : message;
  return { field: named ?? FIELDS_BY_CODE[code] ?? 'form', text: text.slice(0, LONGEST) };
}
