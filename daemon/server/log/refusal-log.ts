import { startQuietTimer } from '../quiet-timer.ts';
import type { Log } from './log.ts';

/** Lines of one kind that a minute gets: enough to see who asks for what. */
const WRITTEN_A_MINUTE = 20;
const MINUTE_MS = 60_000;

const REFUSAL = 'request refused';
const REFUSALS = 'requests refused';
/** As `createLog` writes them. */
const REFUSAL_LINE = new RegExp(`^\\{"at":"[^"]*","level":"info","message":"(?:${REFUSAL}|${REFUSALS})"`);

/** Logs refused requests, of which anybody can make as many as they like. */
export interface RefusalLog {
  /** @param kind the code of the refusal */
  write(kind: string, fields: Readonly<Record<string, unknown>>): void;
  /** Says what it has not yet said. */
  close(): void;
}

/**
 * Writes the first refusals of each kind in a minute as they are; of the others one line at its end says how many there
 * were, so that no flood hides what else happened.
 */
export function createRefusalLog(log: Log, startTimer = startQuietTimer): RefusalLog {
  let counts = new Map<string, number>();
  let cancel: (() => void) | null = null;

  const summarise = (): void => {
    cancel?.();
    cancel = null;
    const ended = counts;
    counts = new Map();
    for (const [code, count] of ended) {
      if (count > WRITTEN_A_MINUTE) log('info', REFUSALS, { code, count, unwritten: count - WRITTEN_A_MINUTE });
    }
  };

  return {
    write(kind, fields) {
      cancel ??= startTimer(MINUTE_MS, summarise);
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count <= WRITTEN_A_MINUTE) log('info', REFUSAL, fields);
    },
    close: summarise,
  };
}

/** Is a line of the log one of these? A full log gives them up before anything else. */
export function isRefusalLine(line: string): boolean {
  return REFUSAL_LINE.test(line);
}
