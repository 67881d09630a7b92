/**
 * `npm run bench [-- --quick] [-- --json] [-- minting live …]`: what Mintmark does beside others on this machine, in
 * this run. Prints ratios and never fails by them: machines differ.
 */
import { existsSync } from 'node:fs';
import type { Section } from './findings.ts';
import { describeMachine, printSection, toJson } from './report.ts';
import { FULL, QUICK, type Scale } from './scale.ts';
import { measureDocuments } from './sections/documents.ts';
import { measureHovering } from './sections/hovering.ts';
import { measureLive } from './sections/live.ts';
import { measureMemory } from './sections/memory.ts';
import { measureMinting } from './sections/minting.ts';
import { measureRunning } from './sections/running.ts';
import { measureSlowDisk } from './sections/slow-disk.ts';
import { measureStarting } from './sections/starting.ts';
import { measureStoring } from './sections/storing.ts';
import { measureVerifying } from './sections/verifying.ts';
import { BUNDLE } from './servers.ts';

const SECTIONS: Readonly<Record<string, (scale: Scale) => Promise<Section>>> = {
  starting: measureStarting,
  running: measureRunning,
  minting: measureMinting,
  documents: measureDocuments,
  verifying: measureVerifying,
  live: measureLive,
  memory: measureMemory,
  storing: measureStoring,
  'slow-disk': measureSlowDisk,
  hovering: measureHovering,
};

async function main(flags: readonly string[]): Promise<number> {
  const wanted = flags.filter((flag) => !flag.startsWith('--'));
  const unknown = [
    ...flags.filter((flag) => flag.startsWith('--') && flag !== '--quick' && flag !== '--json'),
    ...wanted.filter((name) => !Object.hasOwn(SECTIONS, name)),
  ];
  if (unknown.length > 0 || !existsSync(BUNDLE)) {
    const reason = unknown.length > 0 ? `unknown: ${unknown.join(', ')}` : 'dist/mintmark.js is not built';
    console.error(`${reason}\nusage: npm run bench -- [--quick] [--json] [${Object.keys(SECTIONS).join('|')} …]`);
    return 2;
  }
  const asJson = flags.includes('--json');
  const scale = flags.includes('--quick') ? QUICK : FULL;
  if (!asJson) {
    console.log(`Mintmark beside others: ${describeMachine()}`);
    console.log(
      `Medians of ${scale.rounds} rounds of ${scale.measureMs} ms, taken in turn; range in brackets. The load client is a ` +
        'process of its own on bare sockets,\nso that it is not what is measured; on few cores it still takes its share.\n',
    );
  }
  const parts: Section[] = [];
  for (const [name, measure] of Object.entries(SECTIONS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const part = await measure(scale);
    parts.push(part);
    if (!asJson) console.log(printSection(name, part));
  }
  if (asJson) console.log(JSON.stringify(toJson(parts), null, 2));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
