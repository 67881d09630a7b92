import { type ClaimMeaning, explainClaim, explainHeaderParameter } from '../../daemon/token/claims-dictionary.ts';
import { type DecodedPart, type DecodedToken, decodeToken } from '../../daemon/token/decode.ts';
import { formatInstant } from '../../daemon/token/time-words.ts';
import { type JsonMember, listMembers } from '../ui/json-text.ts';
import { locateSpans, type Span } from './locate-spans.ts';

const TIME_CLAIMS: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time', 'updated_at']);

/** In an encrypted token `alg` says something else than in a signed one. */
const JWE_ALGORITHM: ClaimMeaning = {
  title: 'Algorithm',
  meaning: 'How the key of the content is encrypted for the recipient.',
  source: 'RFC 7516 §4.1',
};

export interface MemberView extends JsonMember {
  readonly meaning: ClaimMeaning | null;
  /** Seconds since the epoch, for a time claim that is one. */
  readonly instant: number | null;
  /** Another member of the same object has this name. */
  readonly isRepeated: boolean;
  /** The characters of the token that carry it; null where the text had to be repaired to be read. */
  readonly span: Span | null;
}

/** A part of the token that is JSON, or should be. */
export interface JsonPartView {
  readonly part: DecodedPart;
  readonly text: string;
  /** null when the text is no JSON object. */
  readonly members: readonly MemberView[] | null;
}

export interface TokenView {
  readonly decoded: DecodedToken;
  readonly header: JsonPartView | null;
  readonly payload: JsonPartView | null;
}

/** Reads a token for the page. Never throws; nothing of it is verified. */
export function readTokenView(text: string): TokenView {
  const decoded = decodeToken(text);
  const [first, second] = decoded.parts;
  const explainHeader = (name: string) =>
    decoded.kind === 'jwe' && name === 'alg' ? JWE_ALGORITHM : explainHeaderParameter(name);
  return {
    decoded,
    header: first ? readPart(decoded, first, decoded.headerText, explainHeader) : null,
    payload: second ? readPart(decoded, second, decoded.payloadText, explainClaim) : null,
  };
}

function readPart(
  decoded: DecodedToken,
  part: DecodedPart,
  text: string | null,
  explain: (name: string) => ClaimMeaning | null,
): JsonPartView | null {
  if (text === null) return null;
  const members = listMembers(text);
  if (members === null) return { part, text, members };
  const spans = locateSpans(text, members, part);
  const counts = new Map<string, number>();
  for (const { name } of members) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isHeader = part === decoded.parts[0];
  return {
    part,
    text,
    members: members.map((member, index) => ({
      ...member,
      meaning: explain(member.name),
      instant: isHeader ? null : readInstant(member),
      isRepeated: (counts.get(member.name) ?? 0) > 1,
      span: spans?.[index] ?? null,
    })),
  };
}

function readInstant({ name, raw }: JsonMember): number | null {
  if (!TIME_CLAIMS.has(name) || !/^\d/.test(raw)) return null;
  const seconds = Number(raw);
  return formatInstant(seconds) === null ? null : seconds;
}
