import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Daemon, expectStatus, fetchJwks, showIssuer, startDaemon, verify } from '../support/daemon.ts';
import { type Answer, keepAlive } from '../support/http.ts';
import { waitFor } from '../support/wait.ts';
import type { Algorithm, Issuer, Key, LogEvent, Minted, Page } from '../support/wire.ts';
import { checkIntegrity, readCopy } from './database-file.ts';
import {
  applyStep,
  chooseStep,
  foresee,
  type KeyStep,
  type Ledger,
  openLedger,
  settleBook,
  type TokenEntry,
} from './ledger.ts';

const MINTERS = 4;
const SAMPLE = 12;
/** Killing happens at a random instant of this many milliseconds after the first token of the round. */
const LOAD_MS = 120;

export interface KillReport {
  rounds: number;
  tokens: number;
  steps: number;
  /** Rounds in which a change of keys was under way when the process was killed. */
  interrupted: number;
}

interface Round {
  readonly daemon: Daemon;
  readonly ledger: Ledger;
  readonly agent: Agent;
  readonly slugs: readonly string[];
  /** Tokens acknowledged since the last restart. */
  readonly fresh: Set<string>;
  readonly report: KillReport;
}

/**
 * Kills the daemon with SIGKILL in the middle of minting and of changing keys, again and again on one state directory,
 * and holds each restart against what was acknowledged before.
 * @throws Error at the first promise that is not kept.
 */
export async function runKillRounds(home: string, rounds: number): Promise<KillReport> {
  const report: KillReport = { rounds: 0, tokens: 0, steps: 0, interrupted: 0 };
  const ledger = openLedger();
  const fresh = new Set<string>();
  const slugs = new Map<string, Algorithm>();
  let port = 0;
  for (let round = 0; round <= rounds; round += 1) {
    // The issuers' URLs are part of every token: the port stays what it was.
    const daemon = await startDaemon({ home, port });
    ({ port } = daemon);
    const agent = keepAlive(MINTERS + 4);
    const state: Round = { daemon, ledger, agent, slugs: [...slugs.keys()], fresh, report };
    await checkPromises(state);
    if (round === rounds) {
      await checkHistory(state);
      agent.destroy();
      await daemon.terminate();
      return report;
    }
    // A new issuer now and then: making one is killed in the middle too, and no issuer collects hundreds of keys.
    if (round % 10 === 0) slugs.set(`crash-${round}`, round % 20 === 0 ? 'ES256' : 'RS256');
    const current = [...slugs].slice(-2);
    const load = Promise.all([
      ...current.map(([slug, alg]) => changeKeys(state, slug, alg)),
      ...Array.from({ length: MINTERS }, (_, index) => mintTokens(state, current, index)),
      revokeTokens(state),
    ]);
    await Promise.race([load, waitFor('the first token', () => fresh.size > 0)]);
    await pause(Math.random() * LOAD_MS);
    await daemon.terminate('SIGKILL');
    await load;
    agent.destroy();
    report.rounds += 1;
    if (ledger.pending.size > 0) report.interrupted += 1;
    const integrity = readCopy(home, checkIntegrity);
    if (integrity !== 'ok') throw new Error(`integrity_check after round ${round}: ${integrity}`);
  }
  return report;
}

/** The answer, or null once the daemon is gone. */
async function request(round: Round, method: string, path: string, body?: unknown): Promise<Answer | null> {
  try {
    return await round.daemon.control(method, path, body, { agent: round.agent });
  } catch {
    return null;
  }
}

async function mintTokens(
  round: Round,
  issuers: readonly (readonly [string, Algorithm])[],
  start: number,
): Promise<void> {
  for (let turn = start; ; turn += 1) {
    const slug = turn % 3 === 0 ? 'default' : issuers[turn % issuers.length]?.[0];
    if (slug === undefined || (slug !== 'default' && !round.ledger.issuers.has(slug))) {
      if (round.daemon.process.child.signalCode !== null) return;
      await pause(2);
      continue;
    }
    const answer = await request(round, 'POST', `/issuers/${slug}/tokens`, { audience: 'https://crash.example' });
    if (!answer) return;
    const minted = expectStatus<Minted>(answer, 201);
    round.ledger.tokens.set(minted.jti, { token: minted.token, kid: minted.kid, slug, revoked: 'no' });
    round.fresh.add(minted.jti);
    round.report.tokens += 1;
  }
}

async function revokeTokens(round: Round): Promise<void> {
  for (const [jti, entry] of round.ledger.tokens) {
    if (entry.revoked !== 'no' || Math.random() > 0.02) continue;
    entry.revoked = 'asked';
    const answer = await request(round, 'POST', `/tokens/${jti}/revoke`, {});
    if (!answer) return;
    expectStatus(answer, 200);
    entry.revoked = 'yes';
    round.fresh.add(jti);
  }
}

async function changeKeys(round: Round, slug: string, alg: Algorithm): Promise<void> {
  const { ledger } = round;
  for (;;) {
    const book = ledger.issuers.get(slug);
    const step: KeyStep = book ? chooseStep(book) : { kind: 'create', alg };
    ledger.pending.set(slug, step);
    const answer = await sendStep(round, slug, step);
    if (!answer) return;
    const key = readKey(answer, step);
    const known = book ?? new Map();
    // Replacing a revoked active key brings a key that the answer does not name.
    const brought =
      step.kind === 'revoke' && known.get(step.kid) === 'active' ? await findNewKey(round, slug, known) : key.kid;
    if (brought === null) return;
    ledger.issuers.set(slug, applyStep(known, step, known.has(brought) ? null : brought));
    ledger.pending.delete(slug);
    round.report.steps += 1;
  }
}

function sendStep(round: Round, slug: string, step: KeyStep): Promise<Answer | null> {
  switch (step.kind) {
    case 'create':
      return request(round, 'POST', '/issuers', { slug, platform: 'generic', alg: step.alg });
    case 'rotate':
    case 'stage':
      return request(round, 'POST', `/issuers/${slug}/keys/rotate`, { prepublish: step.kind === 'stage' });
    default:
      return request(round, 'POST', `/issuers/${slug}/keys/${step.kid}/${step.kind}`, {});
  }
}

function readKey(answer: Answer, step: KeyStep): Key {
  if (step.kind !== 'create') return expectStatus<Key>(answer, 200);
  return expectStatus<Issuer>(answer, 201).keys[0] as Key;
}

/** null when the daemon was killed before it could be asked: then the change still counts as under way. */
async function findNewKey(round: Round, slug: string, known: ReadonlyMap<string, unknown>): Promise<string | null> {
  const answer = await request(round, 'GET', `/issuers/${slug}/keys`);
  if (!answer) return null;
  return expectStatus<Page<Key>>(answer, 200).items.find((key) => !known.has(key.kid))?.kid ?? null;
}

async function checkPromises(round: Round): Promise<void> {
  const { daemon, ledger } = round;
  for (const slug of round.slugs.slice(-3)) await checkIssuer(round, slug);
  const records = await Promise.all([...round.fresh].map((jti) => request(round, 'GET', `/tokens/${jti}`)));
  for (const [index, jti] of [...round.fresh].entries()) {
    const record = expectStatus<{ revokedAt: string | null }>(records[index] as Answer, 200);
    const { revoked } = ledger.tokens.get(jti) as TokenEntry;
    if (revoked === 'yes' && record.revokedAt === null) throw new Error(`the revocation of ${jti} is lost`);
  }
  round.fresh.clear();
  const entries = [...ledger.tokens.values()];
  for (let count = 0; count < Math.min(SAMPLE, entries.length); count += 1) {
    const entry = entries[Math.floor(Math.random() * entries.length)] as TokenEntry;
    if (entry.slug === 'default') {
      const verdict = await verify(daemon, entry.token, { audience: 'https://crash.example' });
      if (entry.revoked === 'no' && verdict.status !== 'accepted') throw new Error(`refused: ${verdict.reason}`);
      continue;
    }
    const expected = foresee(ledger, entry);
    const verdict = await verify(daemon, entry.token, { audience: 'https://crash.example' });
    if (expected !== undefined && verdict.reason !== expected) {
      throw new Error(`a token of ${entry.slug} is ${verdict.reason}, should be ${expected}`);
    }
  }
}

async function checkIssuer(round: Round, slug: string): Promise<void> {
  const { daemon, ledger } = round;
  const book = ledger.issuers.get(slug);
  const pending = ledger.pending.get(slug);
  const answer = await daemon.control('GET', `/issuers/${slug}`);
  if (!book && answer.status === 404) return;
  const issuer = expectStatus<Issuer>(answer, 200);
  const settled = settleBook(book ?? new Map(), pending, issuer.keys);
  ledger.issuers.set(slug, settled);
  ledger.pending.delete(slug);
  const published = (await fetchJwks(issuer.url)).keys.map(({ kid }) => kid);
  const shown = [...settled].filter(([, state]) => state !== 'retired' && state !== 'revoked').map(([kid]) => kid);
  if (settled.get(published[0] ?? '') !== 'active' || published.toSorted().join() !== shown.toSorted().join()) {
    throw new Error(`the JWKS of ${slug} is not the active key and then the other published ones`);
  }
}

/** At the very end: every token ever acknowledged, and an event log without a gap. */
async function checkHistory(round: Round): Promise<void> {
  const { daemon, ledger } = round;
  for (const slug of ledger.issuers.keys()) {
    const active = (await showIssuer(daemon, slug)).keys.filter((key) => key.state === 'active');
    if (active.length !== 1) throw new Error(`${slug} has ${active.length} active keys`);
  }
  const lost = new Set(ledger.tokens.keys());
  for (let cursor = ''; ; ) {
    const answer = await daemon.control('GET', `/tokens?limit=500${cursor}`);
    const page = expectStatus<Page<{ jti: string }>>(answer, 200);
    for (const { jti } of page.items) lost.delete(jti);
    if (page.nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  if (lost.size > 0) throw new Error(`${lost.size} acknowledged tokens are lost`);
  let last = 0;
  for (;;) {
    const page = expectStatus<Page<LogEvent>>(await daemon.control('GET', `/events?limit=1000&since=${last}`), 200);
    for (const { seq } of page.items) {
      if (seq !== last + 1) throw new Error(`event ${seq} follows ${last}`);
      last = seq;
    }
    if (page.items.length === 0) return;
  }
}
