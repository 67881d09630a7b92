import { type ListenerHooks, type Listeners, openListeners } from './listeners.ts';
import { openTlsIdentity } from './tls-identity.ts';

/** Where the daemon listens. */
export interface Endpoints {
  /** `http://localhost:<port>`, or https. */
  readonly url: string;
  /** Where clients of this machine find it in plain HTTP. */
  readonly localPort: number;
  readonly ports: readonly number[];
  close(graceMs: number): Promise<void>;
}

interface EndpointOptions {
  readonly port: number;
  readonly https: boolean;
  /** Where the certificate is kept. */
  readonly home: string;
  readonly nowMs: number;
  readonly hooks: ListenerHooks;
}

/**
 * Opens the port that every `iss` depends on. With `https` it speaks TLS, and a second, free one speaks HTTP for the
 * command line and the editor, which prove the daemon in their own way and need not trust a certificate.
 *
 * @throws MintmarkError as `openListeners` and `openTlsIdentity` say.
 */
export async function openEndpoints({ port, https, home, nowMs, hooks }: EndpointOptions): Promise<Endpoints> {
  if (!https) {
    const plain = await openListeners(port, hooks);
    return describe(`http://localhost:${plain.port}`, plain, [plain]);
  }
  const secure = await openListeners(port, hooks, await openTlsIdentity(home, nowMs));
  try {
    const plain = await openListeners(0, hooks);
    return describe(`https://localhost:${secure.port}`, plain, [secure, plain]);
  } catch (error) {
    await secure.close(0);
    throw error;
  }
}

function describe(url: string, local: Listeners, all: readonly Listeners[]): Endpoints {
  return {
    url,
    localPort: local.port,
    ports: all.map(({ port }) => port),
    close: async (graceMs) => {
      await Promise.all(all.map((listeners) => listeners.close(graceMs)));
    },
  };
}
