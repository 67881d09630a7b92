import { Option } from 'commander';
import { expect, test } from 'vitest';
import { separateCommand } from '../../../../daemon/cli/options/separate-command.ts';

const OPTIONS = [
  new Option('--as <platform>'),
  new Option('--home <dir>'),
  new Option('--quiet'),
  new Option('--json'),
];

test.each([
  ['run --as x npm publish --tag beta', 'run --as x -- npm publish --tag beta'],
  ['--home /h run --quiet --as=x npm --json --as y', '--home /h run --quiet --as=x -- npm --json --as y'],
  ['run npm -- x', 'run -- npm -- x'],
  ['run - x', 'run -- - x'],
  ['run --as x -- npm --tag beta', 'run --as x -- npm --tag beta'],
  ['run --as run run', 'run --as run -- run'],
  ['run --unknown x', 'run --unknown -- x'],
  ['run --as', 'run --as'],
  ['run --help', 'run --help'],
  ['help run', 'help run'],
  ['--home /h help run', '--home /h help run'],
  ['run --as x make help', 'run --as x -- make help'],
])('what belongs to the command that is run begins with its first word: %s', (argv, expected) => {
  expect(separateCommand(argv.split(' '), 'run', OPTIONS).join(' ')).toBe(expected);
});
