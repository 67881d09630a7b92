import { isAbsolute } from 'node:path';
import { requireAudience } from '../issuer/claims.ts';
import type { IssuerContext } from '../issuer/context.ts';
import { type IssuerEntry, toIssuerUrl } from '../issuer/keyring.ts';
import { cutPage, readCursor } from '../issuer/paging.ts';
import type { RandomBytes } from '../issuer/token-stamps.ts';
import { MintmarkError } from '../problem.ts';
import type { Run } from '../protocol/jobs.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { MintedToken } from '../protocol/resources.ts';
import type { RunRow } from '../store/rows.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { type ActingJob, actAsJob, mintForJob, toJobDescription } from './act-as-job.ts';
import { listForeignVariables } from './foreign-variables.ts';
import { createMemory } from './memory.ts';
import type { HandOver, LiveRun, RouteSite, TokenWish } from './platform.ts';
import { createRunEnds, type Ending } from './run-ends.ts';
import { createRunTable, hashSecret, type KeptRun, type StartTimer } from './run-table.ts';
import { readKeptRun } from './stored-run.ts';
import { createTokenBudget } from './token-budget.ts';
import { formatRun } from './view-run.ts';

export interface RunsOptions {
  readonly issuers: IssuerContext;
  /** Where jobs of this machine ask, without a trailing slash: the daemon's own address, whatever `iss` begins with. */
  readonly requestBaseUrl: string;
  readonly random: RandomBytes;
  /** The machine's time, ms: leases go by it, also where the daemon's clock was set. */
  readonly machineMs: () => number;
  readonly startTimer: StartTimer;
  /** Charges for a secret that no run has. @throws MintmarkError `too_many_requests` when too many were tried */
  readonly chargeMiss: () => void;
}

/** Simulated jobs: processes elsewhere that may ask for tokens until their run ends. */
export interface Runs {
  start(request: OperationRequest<'runs.start'>): Promise<OperationOutput<'runs.start'>>;
  renew(request: OperationRequest<'runs.renew'>): Promise<OperationOutput<'runs.renew'>>;
  /** Its request token stops at once. Ending a run twice changes nothing. @throws MintmarkError `run_not_found` */
  end(request: OperationRequest<'runs.end'>): Run;
  list(request: OperationRequest<'runs.list'>): OperationOutput<'runs.list'>;
  /** What the routes of an issuer's platform work with. */
  openSite(issuer: IssuerEntry): RouteSite;
  /** How many live. */
  readonly size: () => number;
  close(): void;
}

/** No job runs longer, seconds. */
const LONGEST_RUN_SECONDS = 86_400;

/**
 * Takes up the runs that live in the store, whose leases went on while no daemon ran. Those that another program
 * altered, or that cannot be read any more, are ended and reported: the others go on.
 */
export function openRuns(options: RunsOptions): Runs {
  const { issuers, random, machineMs } = options;
  const { store, clock, keyring } = issuers;
  const memory = createMemory();
  const budget = createTokenBudget(machineMs);
  const table = createRunTable(clock, options.startTimer, (name, fate) => endBackstage(name, fate));

  const ends = createRunEnds(store, clock, options.startTimer);

  /** It is over in memory even when the disk cannot be written. */
  const endRun = (name: string, ending: Ending): void => {
    table.drop(name);
    ends.write(name, ending);
  };

  /** Where nobody waits for it. */
  const endBackstage = (name: string, ending: Ending): void => {
    try {
      endRun(name, ending);
    } catch (cause) {
      issuers.report(cause);
    }
  };

  const mint = async ({ row, acting }: KeptRun, wish: TokenWish): Promise<MintedToken> => {
    // A run may end while its token is signed: what it gets is decided when the token is written down.
    const requireWanted = () => void requireRun(row.name);
    requireWanted();
    const issuer = keyring.byId(row.issuerId);
    if (issuer === undefined) throw refuseEnded();
    return mintForJob(issuers, { issuer, identity: acting.identity }, wish, {
      detail: { run: row.name },
      requireWanted,
    });
  };

  const handOver = (run: KeptRun, slug: string, secret: string, workspace: string | undefined): HandOver => {
    const { platform, job, identity } = run.acting;
    return platform.handOver(job, {
      runId: run.row.name,
      secret,
      issuerUrl: toIssuerUrl(options.requestBaseUrl, slug),
      directory: run.row.directory,
      ...(workspace !== undefined && { workspace }),
      refusal: identity.refusal,
      mint: (wish) => mint(run, wish),
    });
  };

  const requireRun = (name: string): KeptRun => {
    const run = table.byName(name);
    if (run === undefined) throw refuseEnded();
    return run;
  };

  const view = (name: string): Run => {
    const row = store.runs.byName(name);
    const run = row === undefined ? null : formatRun(issuers, row);
    if (run === null) throw new MintmarkError('run_not_found');
    return run;
  };

  /** Refused here, where every route lets the fault through to who writes it in the platform's own form. */
  const toLiveRun = (run: KeptRun): LiveRun => {
    budget.require(run);
    return {
      id: run.row.name,
      job: run.acting.job,
      mint(wish) {
        budget.charge(run);
        return mint(run, wish);
      },
    };
  };

  const takeUp = (row: RunRow): Ending | null => {
    const leaseMs = Math.min(row.leaseUntil - machineMs(), row.leaseSeconds * 1_000);
    try {
      const run = readKeptRun(issuers, row);
      if (run === null) return 'issuer';
      if (leaseMs <= 0) return 'lease';
      if (row.expiresAt <= clock.now()) return 'time';
      table.keep(run, leaseMs);
      return null;
    } catch (cause) {
      issuers.report(cause);
      return 'unreadable';
    }
  };

  for (const name of store.runs.altered()) {
    issuers.report(new MintmarkError('database_corrupt', `Run ${name} was altered by another program, and is over`));
    endBackstage(name, 'altered');
  }
  for (const row of store.runs.live()) {
    const ending = takeUp(row);
    if (ending !== null) endBackstage(row.name, ending);
  }
  const stopListening = issuers.changes.onChange(({ kind }) => {
    if (kind !== 'issuer') return;
    memory.keepOnly((issuerId) => keyring.byId(issuerId) !== undefined);
    for (const { row } of table.all()) if (keyring.byId(row.issuerId) === undefined) endBackstage(row.name, 'issuer');
  });

  return {
    async start(request) {
      const { slug, audience, runDirectory, workspace, leaseSeconds, address, ...query } = request;
      if (!isAbsolute(runDirectory)) throw new MintmarkError('invalid_request', 'runDirectory: an absolute path');
      if (audience !== undefined) requireAudience(audience);
      const name = Buffer.from(random(8)).toString('hex');
      const secret = Buffer.from(random(32)).toString('hex');
      const acting = withAudience(await actAsJob(issuers, slug, query, name), audience);
      const { issuer, platform, job, identity } = acting;
      const startedAt = clock.now();
      const seconds = Math.min(job.timeoutSeconds ?? platform.runSeconds ?? LONGEST_RUN_SECONDS, LONGEST_RUN_SECONDS);
      const row = {
        name,
        issuerId: issuer.row.id,
        subject: identity.subject,
        audience: audience === undefined ? null : JSON.stringify(audience),
        secretHash: hashSecret(secret),
        directory: runDirectory,
        address: address ?? platform.addressOf?.(job) ?? null,
        startedAt,
        expiresAt: startedAt + seconds * 1_000,
        leaseSeconds,
        leaseUntil: machineMs() + leaseSeconds * 1_000,
      };
      store.transaction(() => {
        store.runs.insert({ ...row, job: { ...job } });
        const detail = { subject: identity.subject, event: job.event };
        store.events.append({ at: startedAt, name: 'run.started', issuerId: row.issuerId, subject: name, detail });
      });
      const run: KeptRun = { row, acting };
      table.keep(run, leaseSeconds * 1_000);
      try {
        const handed = handOver(run, slug, secret, workspace ?? query.directory);
        const variables = await handed.variables();
        const description = toJobDescription(acting);
        return {
          run: view(name),
          description: { ...description, warnings: [...description.warnings, ...(handed.warnings ?? [])] },
          requestToken: secret,
          variables: { ...variables },
          unset: listForeignVariables().filter((name) => !Object.hasOwn(variables, name)),
          files: [...((await handed.files?.()) ?? [])],
          relays: [...(handed.relays ?? [])],
          shims: [...(handed.shims ?? [])],
        };
      } catch (error) {
        endBackstage(name, 'failed');
        throw error;
      }
    },
    async renew({ id, requestToken }) {
      const run = requireRun(id);
      const leaseMs = run.row.leaseSeconds * 1_000;
      if (requestToken !== undefined && table.bySecret(requestToken) !== run) {
        throw new MintmarkError('invalid_request', "requestToken: not this run's");
      }
      if (!store.transaction(() => store.runs.renew(id, machineMs() + leaseMs))) throw refuseEnded();
      table.renew(id, leaseMs);
      const now = formatMilliseconds(clock.now());
      if (requestToken === undefined) return { run: view(id), files: [], now };
      const slug = keyring.byId(run.row.issuerId)?.row.slug ?? '';
      const files = await handOver(run, slug, requestToken, undefined).files?.();
      return { run: view(id), files: (files ?? []).filter(({ refreshSeconds }) => refreshSeconds !== null), now };
    },
    end({ id }) {
      endRun(id, 'asked');
      return view(id);
    },
    list({ limit, cursor }) {
      const before = readCursor(cursor);
      const rows = store.runs.page({ limit: limit + 1, ...(before !== undefined && { before }) });
      const { page, nextCursor } = cutPage(rows, limit, ({ id }) => id);
      return { items: page.flatMap((row) => formatRun(issuers, row) ?? []), nextCursor };
    },
    openSite: (issuer) => ({
      issuerUrl: issuer.url,
      findRun(secret) {
        const run = secret === null ? undefined : table.bySecret(secret);
        if (run !== undefined && run.row.issuerId === issuer.row.id) return toLiveRun(run);
        options.chargeMiss();
        return null;
      },
      hasRunAt: (remoteAddress) => table.all().some((run) => isAt(issuer, remoteAddress, run)),
      findRunAt(remoteAddress, secret) {
        const run = table.bySecret(secret);
        if (run !== undefined && isAt(issuer, remoteAddress, run)) return toLiveRun(run);
        options.chargeMiss();
        return null;
      },
      remember: memory.of(issuer.row.id),
    }),
    size: () => table.all().length,
    close() {
      stopListening();
      table.close();
      ends.close();
    },
  };
}

/** The audience of every token for which the job names none. */
function withAudience(acting: ActingJob, audience: string | readonly string[] | undefined): ActingJob {
  return audience === undefined ? acting : { ...acting, identity: { ...acting.identity, audience } };
}

/** Where requests come from when nobody chose an address. */
const USUAL_ADDRESSES: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

function isAt(issuer: IssuerEntry, remoteAddress: string, { row }: KeptRun): boolean {
  if (row.issuerId !== issuer.row.id) return false;
  return row.address === null ? USUAL_ADDRESSES.has(remoteAddress) : row.address === remoteAddress;
}

function refuseEnded(): MintmarkError {
  return new MintmarkError('run_not_found', 'There is no such run, or it has ended');
}
