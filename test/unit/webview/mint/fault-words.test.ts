import { expect, test } from 'vitest';
import { describeFault } from '../../../../webview/mint/fault-words.ts';

test('a fault names the claim that it is about with nothing in it that does not show', () => {
  const words = describeFault({ field: 'claims', code: 'inexact', values: ['1\u202e2'] });
  expect(words).toContain('\\u202e');
  expect(words).not.toContain('\u202e');
});
