import type { Clock } from '../live/clock.ts';

/** Fills a fresh buffer of so many bytes with secure randomness. */
export type RandomBytes = (size: number) => Uint8Array;

/** `iat` and `jti` of one token. */
export interface TokenStamp {
  /** Seconds. */
  readonly issuedAt: number;
  readonly jti: string;
}

export interface TokenStamps {
  /**
   * The next stamp: neither its time nor its order goes back within this process, however the machine's clock jumps;
   * only a time that was set on purpose is followed.
   */
  next(): TokenStamp;
}

const COUNTER_LIMIT = 0x1000;

const BYTES_PER_STAMP = 10;
/** Randomness is asked for by so many stamps at once: asking for each took a twentieth of a mint. */
const STAMPS_PER_REQUEST = 128;

/**
 * Stamps tokens. `jti` is a UUIDv7 (RFC 9562 §5.7) with the 12-bit counter of §6.2 method 1, so that records are
 * appended to their index instead of scattered over it.
 */
export function createTokenStamps(clock: Clock, random: RandomBytes): TokenStamps {
  let timesSet = clock.timesSet();
  let lastMs = 0;
  let counter = 0;
  let lastIssuedAt = Number.NEGATIVE_INFINITY;
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;

  const takeRandom = (): Uint8Array => {
    if (used === pool.length) {
      pool = random(BYTES_PER_STAMP * STAMPS_PER_REQUEST);
      used = 0;
    }
    used += BYTES_PER_STAMP;
    return pool.subarray(used - BYTES_PER_STAMP, used);
  };

  const followClock = (): void => {
    if (clock.timesSet() === timesSet) return;
    timesSet = clock.timesSet();
    lastMs = 0;
    lastIssuedAt = Number.NEGATIVE_INFINITY;
  };

  return {
    next() {
      followClock();
      const now = clock.now();
      lastIssuedAt = Math.max(lastIssuedAt, Math.floor(now / 1_000));
      const bytes = takeRandom();
      if (now > lastMs) {
        lastMs = now;
        // The counter starts in its lower half, so that a busy millisecond has room to count.
        counter = (((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0)) & (COUNTER_LIMIT / 2 - 1);
      } else if (++counter === COUNTER_LIMIT) {
        lastMs += 1;
        counter = 0;
      }
      return { issuedAt: lastIssuedAt, jti: formatUuid7(lastMs, counter, bytes) };
    },
  };
}

function formatUuid7(ms: number, counter: number, bytes: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0');
  const order = counter.toString(16).padStart(3, '0');
  const variant = (((bytes[0] ?? 0) & 0x3f) | 0x80).toString(16);
  const tail = Buffer.from(bytes.subarray(1, 8)).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`;
}
