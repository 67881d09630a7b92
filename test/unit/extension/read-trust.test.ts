import { beforeEach, expect, test } from 'vitest';
import { readLeewaySeconds, readTrustedIssuers } from '../../../extension/read-trust.ts';
import { editor, resetEditor } from '../../support/vscode-script.ts';

beforeEach(resetEditor);

test.each([
  [undefined, []],
  [
    ['https://a.test', 'https://b.test'],
    ['https://a.test', 'https://b.test'],
  ],
  [['https://a.test', 7, null], ['https://a.test']],
  ['https://a.test', []],
  [{ length: 1 }, []],
  [null, []],
])('trusted issuers that the settings say are %j are %j', (value, issuers) => {
  if (value !== undefined) editor.settings.set('mintmark.trustedIssuers', value);
  expect(readTrustedIssuers()).toEqual(issuers);
});

test.each([
  [undefined, 0],
  [30, 30],
  [300, 300],
  [301, 0],
  [-1, 0],
  [1.5, 0],
  ['30', 0],
  [null, 0],
])('a leeway that the settings say is %j is %i s', (value, seconds) => {
  if (value !== undefined) editor.settings.set('mintmark.leewaySeconds', value);
  expect(readLeewaySeconds()).toBe(seconds);
});
