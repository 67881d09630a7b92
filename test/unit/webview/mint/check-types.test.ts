import { expect, it } from 'vitest';
import { findWrongTypes } from '../../../../webview/mint/check-types.ts';

const claims = [
  { name: 'run_id', type: 'string', meaning: '' },
  { name: 'runner_id', type: 'integer', meaning: '' },
  { name: 'groups', type: 'array', meaning: '' },
  { name: 'parent', type: 'string-or-null', meaning: '' },
];

it.each([
  ['{"run_id":7,"runner_id":"7","groups":"a","parent":1}', ['run_id', 'runner_id', 'groups', 'parent']],
  ['{"run_id":"7","runner_id":7,"groups":[],"parent":null}', []],
  ['{"runner_id":7.5}', ['runner_id']],
  ['{"other":1}', []],
  ['{"run_id":', []],
  ['[7]', []],
])('claims whose type is not the platform’s are told of in %s', (text, names) => {
  expect(findWrongTypes(text, claims).map(({ name }) => name)).toEqual(names);
});
