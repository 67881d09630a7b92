import { anyOf, exactly, flag, list, nullable, number, oneOf, type Shape, text } from './shape.ts';

/**
 * What the extension and its pages say to each other. A page asks (`ready`) and gets a complete snapshot, never a
 * change: a page that was hidden is made anew and knows nothing. Both sides ignore whatever is not of these shapes.
 */

/** Longest token that is shown, and one unit more, so that the page can say that it is too long. */
const token = text(262_145);
const line = text(8_192);
const name = text(256);
const instant = nullable(number);

const ready = exactly({ type: oneOf('ready') });
const copy = exactly({ type: oneOf('copy'), text: text(1_048_576) });
const startIssuer = exactly({ type: oneOf('startIssuer') });
const audiences = list(text(2_048), 64);

/** Can this window ask a daemon? */
const daemon = oneOf('running', 'startable', 'starting', 'untrusted', 'web');
export type DaemonChoice = Shape<typeof daemon>;

/** A translation of the page's texts by their English ones; empty for English. */
const translation = list(exactly({ from: line, to: line }), 4_096);

const base = { type: oneOf('snapshot'), nowMs: number, translation, daemon };

// Inspector

const check = exactly({ name, outcome: oneOf('pass', 'fail', 'skip'), code: nullable(name), detail: line });
export type PageCheck = Shape<typeof check>;

/** The verdict without header and claims, which the page reads from the token itself. */
const verdict = exactly({
  status: oneOf('accepted', 'refused', 'undecided'),
  reason: nullable(name),
  provenance: oneOf('local-issuer', 'trusted-issuer', 'supplied-keys', 'none'),
  checks: list(check, 32),
  issuer: nullable(text(65_536)),
  kid: nullable(text(65_536)),
});
export type PageVerdict = Shape<typeof verdict>;

const expectation = exactly({ issuer: text(2_048), audience: audiences });
export type PageExpectation = Shape<typeof expectation>;

export const isInspectorSnapshot = exactly({
  ...base,
  token,
  /** Where the text is from, for people; empty when nothing is known. */
  source: line,
  /** Issuers to offer: the daemon's own, then those that the settings name. */
  issuers: list(exactly({ url: text(2_048), local: flag }), 1_024),
  verdict: nullable(verdict),
  /** What the verdict was held against; null when nothing was asked for. */
  expect: nullable(expectation),
  /** Does the verdict follow by itself what changes? */
  live: flag,
  verifying: flag,
  watched: flag,
  /** Why the last question was not answered. */
  problem: nullable(line),
});
export type InspectorSnapshot = Shape<typeof isInspectorSnapshot>;

export const isInspectorRequest = anyOf(
  ready,
  copy,
  startIssuer,
  exactly({ type: oneOf('show'), token }),
  exactly({ type: oneOf('verify', 'watch'), expect: expectation }),
  exactly({ type: oneOf('unwatch') }),
);
export type InspectorRequest = Shape<typeof isInspectorRequest>;

// Compare

export const isCompareSnapshot = exactly({ ...base, left: token, right: token });
export type CompareSnapshot = Shape<typeof isCompareSnapshot>;

export const isCompareRequest = anyOf(ready, copy, exactly({ type: oneOf('show'), left: token, right: token }));
export type CompareRequest = Shape<typeof isCompareRequest>;

// Key timeline; instants in milliseconds since the epoch

const timelineKey = exactly({
  kid: text(1_024),
  alg: name,
  state: oneOf('next', 'active', 'retiring', 'retired', 'revoked'),
  canSign: flag,
  createdAt: number,
  activatedAt: instant,
  signsFrom: instant,
  retiringAt: instant,
  verifiesUntil: instant,
  retiredAt: instant,
  revokedAt: instant,
});
export type TimelineKey = Shape<typeof timelineKey>;

const timelineToken = exactly({
  kid: text(1_024),
  subject: nullable(line),
  issuedAt: number,
  expiresAt: number,
  revoked: flag,
});
export type TimelineToken = Shape<typeof timelineToken>;

export const isTimelineSnapshot = exactly({
  ...base,
  slugs: list(name, 10_000),
  slug: name,
  url: text(2_048),
  keys: list(timelineKey, 10_000),
  tokens: list(timelineToken, 1_000),
  /** There are more tokens than are here: the newest are. */
  more: flag,
  problem: nullable(line),
});
export type TimelineSnapshot = Shape<typeof isTimelineSnapshot>;

export const isTimelineRequest = anyOf(
  ready,
  copy,
  startIssuer,
  exactly({ type: oneOf('choose'), slug: name }),
  exactly({ type: oneOf('rotate') }),
);
export type TimelineRequest = Shape<typeof isTimelineRequest>;

// Mint and simulate

const destination = oneOf('editor', 'clipboard', 'file');
export type Destination = Shape<typeof destination>;

/** The form as it is filled in, right or wrong. */
const draft = exactly({
  slug: name,
  /** One of the jobs of the snapshot by its name; empty: one that is in no file. */
  job: text(4_096),
  event: name,
  ref: text(512),
  /** What else the platform or a job has; empty ones are left to it. */
  options: list(exactly({ name, value: text(2_048) }), 128),
  subject: line,
  audience: line,
  life: name,
  claims: text(65_536),
  lookAlike: flag,
  destination,
});
export type MintDraft = Shape<typeof draft>;

const mintIssuer = exactly({
  slug: name,
  platform: name,
  url: text(2_048),
  alg: name,
  kid: nullable(text(1_024)),
  lifeSeconds: number,
});
export type MintIssuer = Shape<typeof mintIssuer>;

const platformClaim = exactly({ name: text(1_024), type: name, meaning: line });
export type PlatformClaim = Shape<typeof platformClaim>;

const platform = exactly({
  name,
  label: line,
  delivery: line,
  events: list(name, 256),
  options: list(exactly({ name, meaning: line, default: line }), 128),
  claims: list(platformClaim, 1_024),
});
export type PagePlatform = Shape<typeof platform>;

/** What the token of the job would say, or why it would get none. */
const preview = exactly({
  subject: line,
  /** JSON of `aud` and of an object of claims, as they would be minted. */
  audience: text(262_144),
  claims: text(262_144),
  refusal: nullable(exactly({ detail: line, mend: line })),
  unknowns: list(line, 256),
  warnings: list(line, 256),
});
export type JobPreview = Shape<typeof preview>;

const fieldName = oneOf(
  'issuer',
  'job',
  'event',
  'ref',
  'options',
  'subject',
  'audience',
  'life',
  'claims',
  'lookAlike',
  /** Of no field: it is told at the buttons. */
  'form',
);
export type MintField = Shape<typeof fieldName>;
const mintProblem = exactly({ field: fieldName, text: line });
export type MintProblem = Shape<typeof mintProblem>;

export const isMintSnapshot = exactly({
  ...base,
  mode: oneOf('mint', 'simulate'),
  issuers: list(mintIssuer, 10_000),
  platforms: list(platform, 64),
  /** Jobs of the workspace for the platform of the draft, and branches and tags of its repository. */
  jobs: list(exactly({ name: text(4_096), triggers: list(name, 256) }), 1_000),
  refs: list(text(512), 1_000),
  draft,
  /** Grows each time that the form is filled in from outside. */
  filled: number,
  preview: nullable(preview),
  /** Is the preview that of an older draft? */
  previewing: flag,
  /** Why there is no preview. */
  previewProblem: nullable(mintProblem),
  minting: flag,
  problem: nullable(mintProblem),
  /** What was minted last; the token itself stays out of the page. */
  minted: nullable(exactly({ jti: name, issuer: text(2_048), kid: text(1_024), expiresAt: number, where: line })),
});
export type MintSnapshot = Shape<typeof isMintSnapshot>;

export const isMintRequest = anyOf(
  ready,
  startIssuer,
  exactly({ type: oneOf('draft', 'mint', 'watch', 'terminal'), draft }),
  exactly({ type: oneOf('inspect') }),
);
export type MintRequest = Shape<typeof isMintRequest>;
