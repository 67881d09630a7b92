import { z } from 'zod';
import { unknownValue } from './jobs.ts';
import { PLATFORM_NAMES } from './platform-names.ts';
import { SLUG } from './slug.ts';

/** Times on the wire are RFC 3339 in UTC; durations are whole seconds. */
const instant = z.string();

export const slug = z.string().regex(SLUG, 'a slug is 1 to 63 of a-z, 0-9 and inner hyphens');

export const platformName = z.enum(PLATFORM_NAMES);
export type PlatformName = z.infer<typeof platformName>;

/** Algorithms that an issuer signs with. */
export const SIGNING_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
export const signingAlgorithm = z.enum(SIGNING_ALGORITHMS);
export type SigningAlgorithm = z.infer<typeof signingAlgorithm>;

export const KEY_STATES = ['next', 'active', 'retiring', 'retired', 'revoked'] as const;
export const keyState = z.enum(KEY_STATES);
export type KeyState = z.infer<typeof keyState>;

/** How long after it was published, or planned, a key begins to sign, seconds. */
export const activationDelay = z.number().int().min(1).max(31_536_000);

export const key = z.object({
  kid: z.string(),
  alg: signingAlgorithm,
  state: keyState,
  /** Its private half is here and opens: of a `next` or `active` key, unless it is only advertised or damaged. */
  canSign: z.boolean(),
  createdAt: instant,
  activatedAt: instant.nullable(),
  /** For a `next` key: when it was planned to begin to sign; null: when it is activated, by hand or by schedule. */
  signsFrom: instant.nullable(),
  /** When the key stopped signing: it verifies until `verifiesUntil`. */
  retiringAt: instant.nullable(),
  retiredAt: instant.nullable(),
  revokedAt: instant.nullable(),
  /** For a retiring key: when it leaves the JWKS by itself. */
  verifiesUntil: instant.nullable(),
  publicJwk: z.record(z.string(), z.unknown()),
});
export type Key = z.infer<typeof key>;

/**
 * Scheduled rotation: a new key signs every `everySeconds`, published `leadSeconds` before, and sooner where one was
 * planned to. `nextAt` is when the next one begins, by schedule or as planned. null: by hand and as planned only.
 */
const rotationSchedule = z
  .object({ everySeconds: z.number().int(), leadSeconds: z.number().int(), nextAt: instant.nullable() })
  .nullable();

export const issuer = z.object({
  slug: z.string(),
  platform: platformName,
  url: z.string(),
  jwksUri: z.string(),
  alg: signingAlgorithm,
  /** What the next key signs with, unless it is asked for another one. */
  nextAlg: signingAlgorithm,
  tokenTtlSeconds: z.number().int(),
  /** Options of the platform that every job of this issuer has, unless it says otherwise. */
  options: z.record(z.string(), z.string()),
  /** The real issuer that it stands for: a token that names it is believed where the expectation names it, too. */
  realIssuer: z.string().optional(),
  /** The real issuer that it had before, while tokens that name it are accepted; not there: none is. */
  previousIssuer: z.object({ issuer: z.string(), acceptedUntil: instant }).optional(),
  /** How long others may keep discovery and JWKS, seconds. */
  documentMaxAgeSeconds: z.number().int(),
  /** How long a key still verifies after it stopped signing, seconds. */
  keyOverlapSeconds: z.number().int(),
  createdAt: instant,
  rotation: rotationSchedule,
  /** Changes with the set of published keys, not with their order. */
  keySetFingerprint: z.string(),
  keys: z.array(key),
});
export type Issuer = z.infer<typeof issuer>;

export const tokenRecord = z.object({
  jti: z.string(),
  issuer: z.string(),
  kid: z.string(),
  subject: z.string().nullable(),
  audience: z.union([z.string(), z.array(z.string())]).nullable(),
  issuedAt: instant,
  expiresAt: instant,
  revokedAt: instant.nullable(),
  claims: z.record(z.string(), z.unknown()),
});
export type TokenRecord = z.infer<typeof tokenRecord>;

/** A freshly minted token: the only answer that ever holds one. */
export const mintedToken = z.object({
  token: z.string(),
  jti: z.string(),
  kid: z.string(),
  issuer: z.string(),
  header: z.record(z.string(), z.unknown()),
  claims: z.record(z.string(), z.unknown()),
  expiresAt: instant,
  /**
   * Of a job's token alone, as its description has them: what nobody knows before the job runs, and what is doubtful.
   */
  unknowns: z.array(unknownValue).optional(),
  warnings: z.array(z.string()).optional(),
});
export type MintedToken = z.infer<typeof mintedToken>;

/** One line of the event log: `seq` has no gaps. */
export const event = z.object({
  seq: z.number().int(),
  at: instant,
  name: z.string(),
  /** Slug of the issuer that it concerns. */
  issuer: z.string().nullable(),
  /** kid or jti that it concerns. */
  subject: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type LogEvent = z.infer<typeof event>;

export const clockState = z.object({
  now: instant,
  frozen: z.boolean(),
  /** How far the daemon's time is ahead of the machine's, seconds. */
  offsetSeconds: z.number(),
  controllable: z.boolean(),
});

export const daemonStatus = z.object({
  version: z.string(),
  pid: z.number().int(),
  instance: z.string(),
  baseUrl: z.string(),
  home: z.string(),
  startedAt: instant,
  ephemeral: z.boolean(),
  /** Ends after so long without a client; null: never by itself. */
  idleExitSeconds: z.number().int().nullable(),
  /** `degraded` while writes fail (disk full, read-only): reading and verifying go on. */
  health: z.enum(['ok', 'degraded']),
  healthDetail: z.string().nullable(),
  issuers: z.number().int(),
  tokens: z.number().int(),
  watches: z.number().int(),
  lastSeq: z.number().int(),
});

/** A page of a list: pass `nextCursor` back as `cursor`; null ends it. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(64).optional(),
};
