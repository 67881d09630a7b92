import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const RULES = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; impact: string | null; help: string; nodes: { html: string; failureSummary: string }[] }[];
}

/**
 * What axe-core has against a page, one line per element. The rules get in through the debugger, as an add-on of the
 * browser would: the page's own policy stays as it is.
 */
export async function listAccessibilityFaults(frame: Frame | Page): Promise<string[]> {
  await frame.evaluate(RULES);
  const { violations } = await frame.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
  );
}
