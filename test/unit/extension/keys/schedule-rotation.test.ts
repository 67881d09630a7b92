import { beforeEach, expect, it } from 'vitest';
import { describeSchedule, scheduleRotation } from '../../../../extension/features/keys/schedule-rotation.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';
import { at, makeIssuer, makeKey, NOW } from '../wire-values.ts';

beforeEach(resetEditor);

const row = { kind: 'issuer', slug: 'default' } as const;

it('an issuer rotates as often as it is asked to, and by hand only once that is asked for', async () => {
  const { session } = await joinDaemon();
  const read = async () => (await session.call('issuers.show', { slug: 'default' })).rotation?.everySeconds ?? null;
  editor.answers.push(choose('default'), choose('Every 1 h'));
  await scheduleRotation(session, undefined);
  expect(await read()).toBe(3_600);
  expect(editor.said.at(-1)).toMatch(/default rotates in /);

  await scheduleRotation(session, row);
  expect(await read()).toBe(3_600);

  editor.answers.push(choose('By hand only'));
  await scheduleRotation(session, row);
  expect(await read()).toBeNull();
  expect(editor.said.at(-1)).toContain('by hand only');
});

it.each([
  [
    'names a key that will still sign as planned when the schedule ends',
    null,
    at(300),
    /no schedule; waiting still signs/,
  ],
  ['promises nothing of one that cannot sign', null, null, /^default rotates by hand only$/],
  ['says when the first key will sign, by schedule or as planned', at(900), at(300), /^default rotates in 5 min$/],
  ['says that a rotation is due whose time has come', at(-60), null, /^default is due to rotate$/],
])('what it says then %s', (_, nextAt, signsFrom, words) => {
  const keys = [
    makeKey(),
    makeKey({ kid: 'waiting', state: 'next', signsFrom }),
    makeKey({ kid: 'damaged', state: 'next', signsFrom: at(60), canSign: false }),
  ];
  const rotation = nextAt === null ? null : { everySeconds: 3_600, leadSeconds: 600, nextAt };
  expect(describeSchedule(makeIssuer({ keys, rotation }), NOW)).toMatch(words);
});
