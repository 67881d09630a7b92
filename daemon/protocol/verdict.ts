import { z } from 'zod';
import { VERDICT_CODES } from '../token/errors.ts';

const code = z.enum(VERDICT_CODES);

/** What a caller expects of a token (CONTRACT §5, `POST /verify`). */
export const expectation = z.strictObject({
  issuer: z.string().min(1).max(2048).optional(),
  /** One accepted audience, or several of which one is enough. */
  audience: z.union([z.string().min(1).max(2048), z.array(z.string().min(1).max(2048)).min(1).max(64)]).optional(),
  /** Pinned claims. A value is compared as JSON; a string also matches a claim that prints as that string. */
  claims: z.record(z.string().max(256), z.json()).optional(),
  /** Claims that must be there, whatever they say; `null`, `""`, `[]` and `{}` count as missing. */
  requiredClaims: z.array(z.string().min(1).max(256)).max(64).optional(),
  algorithms: z.array(z.string().max(32)).min(1).max(16).optional(),
  leewaySeconds: z.number().int().min(0).max(300).optional(),
  /** Tolerance for `nbf` and `iat` alone; `leewaySeconds` without it. */
  earlyLeewaySeconds: z.number().int().min(0).max(300).optional(),
  /** Refuse a token without `kid` although one key alone would fit it. */
  kidRequired: z.boolean().optional(),
  /** Expected `typ`; without it `JWT` or none. */
  type: z.string().min(1).max(128).optional(),
  /** Longest life that is accepted, seconds; 86,400 without it. */
  maxLifetimeSeconds: z.number().int().min(1).max(315_360_000).optional(),
});

/** A JWK Set (RFC 7517 §5) to use instead of discovery. Members are judged key by key when it is loaded. */
const jwkSet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string().max(16) })).max(256) });

export const verifyRequest = z.strictObject({
  token: z.string().max(1_048_576),
  expect: expectation.default({}),
  keys: jwkSet.optional(),
});

export const verdict = z.object({
  status: z.enum(['accepted', 'refused', 'undecided']),
  reason: code.nullable(),
  provenance: z.enum(['local-issuer', 'trusted-issuer', 'supplied-keys', 'none']),
  checks: z.array(
    z.object({
      name: z.string(),
      outcome: z.enum(['pass', 'fail', 'skip']),
      code: code.nullable(),
      detail: z.string(),
    }),
  ),
  header: z.record(z.string(), z.unknown()).nullable(),
  claims: z.record(z.string(), z.unknown()).nullable(),
  issuer: z.string().nullable(),
  kid: z.string().nullable(),
  jti: z.string().nullable(),
  expiresAt: z.string().nullable(),
  changesAt: z.string().nullable(),
});
