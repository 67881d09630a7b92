import { afterEach, beforeEach, expect, it, vi } from 'vitest';

interface Region {
  readonly attributes: Map<string, string>;
  readonly said: string[];
}

let regions: Region[];

beforeEach(() => {
  vi.resetModules();
  regions = [];
  vi.stubGlobal('document', { createElement: makeRegion, body: { append: (region: Region) => regions.push(region) } });
});
afterEach(() => vi.unstubAllGlobals());

function makeRegion(): Region {
  const region = { attributes: new Map<string, string>(), said: [] as string[] };
  return Object.defineProperty(
    Object.assign(region, { setAttribute: (name: string, value: string) => region.attributes.set(name, value) }),
    'textContent',
    { set: (text: string) => region.said.push(text) },
  );
}

it('the region that is read aloud is there, and empty, before there is something to say', async () => {
  await import('../../../../webview/ui/announce.ts');
  expect(regions.map(({ attributes, said }) => [attributes.get('aria-live'), said])).toEqual([['polite', []]]);
});

it('a sentence is said once, until another has been said', async () => {
  const { announce } = await import('../../../../webview/ui/announce.ts');
  for (const sentence of ['Accepted.', 'Accepted.', 'Refused.', 'Accepted.']) announce(sentence);
  expect(regions[0]?.said).toEqual(['Accepted.', 'Refused.', 'Accepted.']);
});
