import { beforeEach, expect, test } from 'vitest';
import { chooseIssuer } from '../../../../extension/features/terminal/choose-issuer.ts';
import { prepareJob } from '../../../../extension/features/terminal/prepare-job.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';

beforeEach(resetEditor);

test('the terminal of a job has the issuer and a token that it accepts in its environment, and nowhere else', async () => {
  const { session } = await joinDaemon();
  const { env, name, message, isTransient } = await prepareJob(session, 'default');
  const { MINTMARK_ISSUER: issuer = '', MINTMARK_TOKEN: token = '', ...others } = env ?? {};
  expect(others).toEqual({});
  expect(await session.call('verify', { token: token ?? '', expect: { issuer: issuer ?? '' } })).toMatchObject({
    status: 'accepted',
  });
  expect(isTransient).toBe(true);
  expect(name).toBe('CI job: default');
  expect(message).toMatch(/^\S*This terminal has the environment of a CI job, with a token of http/);
  expect(`${name}${message}`).not.toContain(token);
});

test('every terminal has a token of its own', async () => {
  const { session } = await joinDaemon();
  const [first, second] = [await prepareJob(session, 'default'), await prepareJob(session, 'default')];
  expect(first.env?.MINTMARK_TOKEN).not.toBe(second.env?.MINTMARK_TOKEN);
});

test('nobody is asked for the issuer while there is one, and with several the person chooses', async () => {
  const { session } = await joinDaemon();
  expect(await chooseIssuer(session, undefined)).toBe('default');
  expect(editor.asked).toEqual([]);
  await session.call('issuers.create', { slug: 'acme', alg: 'ES256' });
  await expect.poll(() => session.issuers.length).toBe(2);
  editor.answers.push(choose('acme'), undefined);
  expect(await chooseIssuer(session, undefined)).toBe('acme');
  expect(await chooseIssuer(session, undefined)).toBeUndefined();
  expect(await chooseIssuer(session, { kind: 'issuer', slug: 'acme' })).toBe('acme');
});
