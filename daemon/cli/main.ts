import { isMainThread } from 'node:worker_threads';
import { refuseOldNode } from './node-version.ts';

// Every local user can read the arguments of a process (ps(1), proc_pid_cmdline(5)), and a token may be among them: the
// title is laid over all of them. A daemon is given none, and is known by its own.
const isDaemon = process.argv.slice(2).find((word) => !word.startsWith('-')) === 'serve';
if (isMainThread && !isDaemon) process.title = 'mintmark';

// Nothing else is loaded before this line has been passed: the native module does not
// throw under an old Node, it crashes.
const refusal = refuseOldNode(process.versions.node);
if (refusal !== null) {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 2;
} else if (isMainThread) {
  void import('./run-process.ts').then(({ runProcess }) => runProcess());
} else {
  // The daemon's own threads run this same file: there is one bundle.
  void import('../store/checkpoint-worker.ts');
}
