import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { openRuns, type Runs } from '../../../daemon/platforms/runs.ts';
import type { OperationRequest } from '../../../daemon/protocol/operations.ts';
import { type Fixture, openFixture, START } from '../issuer/setup.ts';
import { createMachineTime, type MachineTime } from './machine-time.ts';

export const SLUG = 'github-actions';
export type StartRequest = OperationRequest<'runs.start'>;

export interface RunFixture {
  readonly fixture: Fixture;
  readonly machine: MachineTime;
  readonly runs: Runs;
  readonly start: (request?: Partial<StartRequest>) => ReturnType<Runs['start']>;
  /** The run that a request token opens at the issuer's own routes. */
  readonly find: (secret: string | null, slug?: string) => string | null;
}

/** Runs over real issuers, with a machine's time that the test moves. */
export async function openRunFixture(
  fixture?: Fixture,
  machine = createMachineTime(START),
  chargeMiss: () => void = () => {},
): Promise<RunFixture> {
  const issuers = fixture ?? (await openFixture());
  const runs = openRuns({
    issuers: issuers.context,
    requestBaseUrl: 'http://localhost:1234',
    random: randomBytes,
    machineMs: machine.now,
    startTimer: machine.startTimer,
    chargeMiss,
  });
  onTestFinished(() => runs.close());
  return {
    fixture: issuers,
    machine,
    runs,
    start: (request = {}) => runs.start({ slug: SLUG, runDirectory: '/runs/1', leaseSeconds: 60, ...request }),
    find(secret, slug = SLUG) {
      const issuer = issuers.context.keyring.bySlug(slug);
      return issuer === undefined ? null : (runs.openSite(issuer).findRun(secret)?.id ?? null);
    },
  };
}
