import type { RemoteIssuers } from '../../verify/remote-issuer.ts';

/** How often followed issuers are looked at, ms: the shortest life that a key set is given. */
const POLL_MS = 5_000;
/** Every so many looks the key set is fetched although its issuer says that it is still fresh: once a minute. */
const FETCH_EVERY = 12;

/** The issuers elsewhere: loaded with the first token that needs one, polled while a watch depends on one. */
export interface RemoteSource {
  load(): Promise<RemoteIssuers>;
  /** Polls an issuer until `leave` was called as often. */
  follow(issuer: string): void;
  leave(issuer: string): void;
  /** Told of each issuer whose keys changed or can no longer be had. */
  onChange(listener: (issuer: string) => void): void;
  close(): void;
}

/** `machineMs` is the machine's time: caches live by it whatever the daemon's clock is set to. */
export function createRemoteSource(machineMs: () => number): RemoteSource {
  const listeners: ((issuer: string) => void)[] = [];
  const followers = new Map<string, number>();
  let loading: Promise<RemoteIssuers> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;

  const load = (): Promise<RemoteIssuers> => {
    loading ??= openRemoteIssuers(machineMs, (issuer) => {
      for (const listener of listeners) listener(issuer);
    });
    return loading;
  };

  const look = async (): Promise<void> => {
    looks += 1;
    const remote = await load();
    for (const issuer of followers.keys()) {
      if (looks % FETCH_EVERY === 0) void remote.refresh(issuer);
      else void remote.keysOf(issuer, null);
    }
  };

  return {
    load,
    follow(issuer) {
      followers.set(issuer, (followers.get(issuer) ?? 0) + 1);
      timer ??= setInterval(() => void look(), POLL_MS).unref();
    },
    leave(issuer) {
      const left = (followers.get(issuer) ?? 0) - 1;
      if (left > 0) followers.set(issuer, left);
      else followers.delete(issuer);
      if (followers.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    onChange(listener) {
      listeners.push(listener);
    },
    close() {
      clearInterval(timer);
      followers.clear();
    },
  };
}

async function openRemoteIssuers(now: () => number, onChange: (issuer: string) => void): Promise<RemoteIssuers> {
  const [{ createRemoteIssuers }, { createFetchDocument }] = await Promise.all([
    import('../../verify/remote-issuer.ts'),
    import('../outgoing/json-requests.ts'),
  ]);
  return createRemoteIssuers({ fetchDocument: createFetchDocument(), now, onChange });
}
