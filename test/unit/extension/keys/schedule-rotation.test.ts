import { beforeEach, expect, it } from 'vitest';
import { scheduleRotation } from '../../../../extension/features/keys/schedule-rotation.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';

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
