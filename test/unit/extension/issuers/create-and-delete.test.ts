import { beforeEach, describe, expect, it } from 'vitest';
import { commands } from 'vscode';
import { registerIssuers } from '../../../../extension/features/issuers/register-issuers.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';

beforeEach(resetEditor);

async function open() {
  const joined = await joinDaemon();
  registerIssuers(joined as never);
  const list = async () =>
    (await joined.session.call('issuers.list', {})).items.map(
      ({ slug, platform, alg }) => `${slug} ${platform} ${alg}`,
    );
  return { ...joined, list };
}

describe('Create Issuer', () => {
  it('makes one with the name and the algorithm that are asked for', async () => {
    const { list } = await open();
    editor.answers.push('team-a', choose('ES256'));
    await commands.executeCommand('mintmark.createIssuer');
    expect(await list()).toContain('team-a generic ES256');
  });

  it('makes one of a platform that has this name', async () => {
    const { list } = await open();
    editor.answers.push('github-actions', choose('RS256'));
    await commands.executeCommand('mintmark.createIssuer');
    expect((await list()).filter((each) => each.startsWith('github-actions'))).toEqual([
      expect.stringMatching(/^github-actions (?:github-actions )?RS256$/),
    ]);
  });

  it('makes none when the person gives up at either question', async () => {
    const { list } = await open();
    await commands.executeCommand('mintmark.createIssuer');
    editor.answers.push('team-a');
    await commands.executeCommand('mintmark.createIssuer');
    expect(await list()).toHaveLength(1);
  });

  it('says while it is typed what is wrong with a name', async () => {
    await open();
    editor.answers.push((_: unknown, subject: unknown) => {
      const { validateInput } = subject as { validateInput: (text: string) => string | undefined };
      expect(['Team', '-a', 'a_b', '', 'default'].map((text) => validateInput(text) === undefined)).toEqual(
        Array(5).fill(false),
      );
      expect(validateInput('team-a')).toBeUndefined();
      return undefined;
    });
    await commands.executeCommand('mintmark.createIssuer');
    expect(editor.asked).toHaveLength(1);
  });
});

describe('Delete Issuer', () => {
  it('names the tokens that this breaks, and deletes nothing that was not confirmed', async () => {
    const { session, list } = await open();
    await session.call('issuers.create', { slug: 'team-a', platform: 'generic' });
    await waitFor('the issuer', () => session.issuers.length === 2);
    await session.call('tokens.mint', { slug: 'team-a', subject: 'repo:acme/shop' });
    const row = { kind: 'issuer', slug: 'team-a' };
    await commands.executeCommand('mintmark.deleteIssuer', row);
    expect(editor.asked).toMatchObject([
      {
        kind: 'warning',
        subject: { modal: true, detail: expect.stringMatching(/1 live token\.\n• repo:acme\/shop/) },
        choices: ['Delete'],
      },
    ]);
    expect(await list()).toHaveLength(2);
    editor.answers.push('Delete');
    await commands.executeCommand('mintmark.deleteIssuer', row);
    expect(await list()).toHaveLength(1);
  });

  it('offers no default issuer to delete', async () => {
    const { session } = await open();
    await session.call('issuers.create', { slug: 'team-a', platform: 'generic' });
    await waitFor('the issuer', () => session.issuers.length === 2);
    await commands.executeCommand('mintmark.deleteIssuer');
    expect(editor.asked[0]?.choices).toMatchObject([{ label: 'team-a' }]);
  });
});
