import { refuseOldNode } from './node-version.ts';

// Nothing else is loaded before this line has been passed: the native module does not throw under an old Node, it crashes.
const refusal = refuseOldNode(process.versions.node);
if (refusal === null) {
  void import('./run-process.ts').then(({ runProcess }) => runProcess());
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 2;
}
