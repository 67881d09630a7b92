import { delimiter } from 'node:path';
import { LOOPBACK_NAMES } from '../../token/loopback-names.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface JobEnvironment {
  /** Variables that make a process think that it runs elsewhere. */
  readonly unset: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Goes to the front of PATH. */
  readonly programs: string | null;
}

/**
 * Makes the editor's program a Node: it may be how we run ourselves, and would make one
 * of every editor that a job starts.
 */
const RUNTIME_SWITCH = 'ELECTRON_RUN_AS_NODE';

/** The environment of a job: the caller's, without what belongs to other platforms, and the job's own. */
export function makeJobEnvironment(
  caller: Environment,
  { unset, variables, programs }: JobEnvironment,
): Record<string, string | undefined> {
  const kept = Object.entries(leaveRuntime(caller)).filter(([name]) => !unset.includes(name));
  const environment = { ...Object.fromEntries(kept), ...keepOffProxies(caller), ...variables };
  if (programs === null) return environment;
  const name = Object.keys(environment).find((candidate) => candidate.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...environment, [name]: `${programs}${delimiter}${environment[name] ?? ''}` };
}

/** An environment without what makes the program that runs us one that does. */
export function leaveRuntime({ [RUNTIME_SWITCH]: _, ...environment }: Environment): Environment {
  return environment;
}

/**
 * Variables that keep a proxy of the caller's from standing between a job and the daemon: it would see the request
 * token, and could not reach the daemon anyway. None where there is no proxy.
 */
export function keepOffProxies(caller: Environment): Record<string, string> {
  if (!Object.keys(caller).some((name) => /^(?:https?|all)_proxy$/i.test(name))) return {};
  const known = (caller.NO_PROXY ?? caller.no_proxy ?? '').trim();
  const names = [...LOOPBACK_NAMES].map((name) => name.replace(/^\[|\]$/g, ''));
  // `*` means all hosts only where it stands alone (curl(1), NO_PROXY).
  const list = known === '*' ? known : [...known.split(',').filter(Boolean), ...names].join(',');
  return { NO_PROXY: list, no_proxy: list };
}
