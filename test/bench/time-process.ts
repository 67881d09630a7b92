import { spawn } from 'node:child_process';

/** Milliseconds from spawning `node` to its end. @throws Error when it did not end with 0. */
export async function timeProcess(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${args[1] ?? args[0]} ended with ${code}`);
  return performance.now() - begun;
}
