import { randomBytes } from 'node:crypto';
import { rememberLookup } from '../../../extension/features/text/find-at.ts';
import { readFacts } from '../../../extension/features/text/token-facts.ts';
import { encodePart } from '../../support/forge.ts';
import { printNumber, type Section, section } from '../findings.ts';
import type { Scale } from '../scale.ts';
import { pickMedian, pickPercentile } from '../statistics.ts';

const MEGABYTE = 1_048_576;
const HOVERS = 400;
const HEADER = encodePart({ alg: 'ES256', typ: 'JWT' });

/** Lines of a megabyte, from ordinary to hostile. */
function writeLines(): Readonly<Record<string, string>> {
  const token = () =>
    `${HEADER}.${encodePart({ sub: randomBytes(9).toString('hex') })}.${randomBytes(64).toString('base64url')}`;
  return {
    'tokens in a line of text': Array.from({ length: 4_000 }, () => `TOKEN=${token()} `).join(''),
    'a run of base64': randomBytes(MEGABYTE).toString('base64url').slice(0, MEGABYTE),
    'headers without an end': `${HEADER}.`.repeat(MEGABYTE / (HEADER.length + 1)),
    'beginnings of headers': 'eyJ'.repeat(MEGABYTE / 3),
  };
}

/** What the extension does itself for a hover at places that nobody foresees: finding the token, and reading it. */
export async function measureHovering(_: Scale): Promise<Section> {
  const remarks = Object.entries(writeLines()).map(([name, text]) => {
    const times = timeHovers(text);
    const [median, p95] = [pickMedian(times), pickPercentile(times, 0.95)].map(printNumber);
    const slowest = printNumber(Math.max(...times));
    return `hover in 1 MB, ${name}: median ${median} ms, p95 ${p95} ms (aim: 5 ms), slowest ${slowest} ms`;
  });
  return section({ remarks });
}

function timeHovers(text: string): readonly number[] {
  const lookUp = rememberLookup();
  const document = { version: 1, lineAt: () => ({ text }) };
  return Array.from({ length: HOVERS }, (_, at) => {
    // Spread over the line, and in no order that a memory could profit from.
    const place = Math.floor(((at * 0.618_033_988_7) % 1) * text.length);
    const before = performance.now();
    const found = lookUp(document, 0, place);
    if (found !== null) readFacts(text.slice(found.start, found.end));
    return performance.now() - before;
  });
}
