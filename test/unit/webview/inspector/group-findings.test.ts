import { expect, it } from 'vitest';
import type { Finding } from '../../../../daemon/token/finding.ts';
import { groupFindings } from '../../../../webview/inspector/group-findings.ts';

it('tells together what is odd in the same way, and keeps the order of the rest', () => {
  const find = (severity: Finding['severity'], code: Finding['code'], message: string) => ({ severity, code, message });
  const groups = groupFindings([
    find('error', 'alg_none', 'a'),
    find('warning', 'unsafe_text', 'b'),
    find('warning', 'aud_missing', 'c'),
    find('warning', 'unsafe_text', 'd'),
  ]);
  expect(groups.map(({ code, messages }) => [code, messages])).toEqual([
    ['alg_none', ['a']],
    ['unsafe_text', ['b', 'd']],
    ['aud_missing', ['c']],
  ]);
});
