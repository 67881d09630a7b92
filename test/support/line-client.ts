import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RelyingParty } from './third-party.ts';

/** Debian's interpreter: the one that has Debian's packages. */
const PYTHON = '/usr/bin/python3';

/** Can this machine import the module? A suite that needs it is skipped, with this as its reason, when it cannot. */
export function hasPythonModule(name: string): boolean {
  return existsSync(PYTHON) && spawnSync(PYTHON, ['-c', `import ${name}`]).status === 0;
}

/**
 * A verifier in Python that lives as long as the test, so that its key cache does: one JSON line in, one out.
 * `script` lies in test/clients/python.
 */
export function openPythonClient(script: string, setup: object): RelyingParty {
  const child = spawn(PYTHON, ['-u', join(import.meta.dirname, '../clients/python', script), JSON.stringify(setup)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Python would ask a proxy of this machine for our own addresses, too.
    env: { PATH: process.env.PATH },
  });
  const waiting: { resolve: (claims: Record<string, unknown>) => void; reject: (reason: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as { claims: Record<string, unknown> } | { refused: string };
    const asked = waiting.shift();
    if ('refused' in answer) asked?.reject(new Error(answer.refused));
    else asked?.resolve(answer.claims);
  });
  const exited = once(child, 'exit').then(() => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${script} ended`));
  });
  return {
    verify: (token) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(token)}\n`);
      }),
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
