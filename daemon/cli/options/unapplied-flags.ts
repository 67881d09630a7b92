import { callDaemon } from '../../client/call-daemon.ts';
import type { ProvenDaemon } from '../../client/prove-daemon.ts';
import { type ServeOptions, toFlags } from './serve-options.ts';

/**
 * Lists the flags that a start was given and the daemon that it joined does not have. A configuration file is read by
 * no daemon that runs already.
 */
export async function listUnappliedFlags(options: ServeOptions, daemon: ProvenDaemon): Promise<string[]> {
  if (toFlags(options).length === 0) return [];
  const { port, publicUrl, idleExit } = options;
  const { baseUrl, localPort } = daemon.file;
  const base = new URL(baseUrl);
  const [status, clock] = await Promise.all([callDaemon(daemon, 'status', {}), callDaemon(daemon, 'clock.show', {})]);
  const isUnapplied = {
    '--port': port !== undefined && port !== 0 && port !== daemon.address.port && port !== Number(base.port),
    '--idle-exit': idleExit !== undefined && idleExit !== status.idleExitSeconds,
    '--ephemeral': options.ephemeral === true && !status.ephemeral,
    '--config': options.config !== undefined,
    '--public-url': publicUrl !== undefined && publicUrl.replace(/\/$/, '') !== baseUrl,
    // Without a port beside the one of its base URL it speaks plain HTTP there.
    '--https': options.https === true && localPort === undefined,
    '--clock-control': options.clockControl === true && !clock.controllable,
  };
  return Object.entries(isUnapplied).flatMap(([flag, unapplied]) => (unapplied ? [flag] : []));
}
