import { expect, it } from 'vitest';
import { Uri } from 'vscode';
import { rememberIgnored } from '../../../../extension/features/text/ignored-problems.ts';

it('a problem is ignored in the file in which somebody said so, and no other problem there', () => {
  const ignored = rememberIgnored();
  const [one, other] = [Uri.file('/project/a.env'), Uri.file('/project/b.env')];
  let told = 0;
  ignored.onDidChange(() => {
    told += 1;
  });
  ignored.ignore(one, 'expired');
  ignored.ignore(one, 'alg_none');
  expect(told).toBe(2);
  expect([ignored.has(one, 'expired'), ignored.has(one, 'alg_none')]).toEqual([true, true]);
  expect([ignored.has(other, 'expired'), ignored.has(one, 'private_key')]).toEqual([false, false]);
});
