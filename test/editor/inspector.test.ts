import type { Frame } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import type { Minted } from '../support/wire.ts';
import { CHECK_ORDER } from '../support/wire.ts';
import { startIssuer } from './pages/issuer.ts';
import { readShown } from './pages/read-shown.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { placeCursor, useLens, waitForLens } from './pages/text-editor.ts';
import { findPage, readPage } from './pages/webviews.ts';
import { answer, closeAllEditors, findTab, openFile, runCommand } from './pages/workbench.ts';
import { listAccessibilityFaults } from './support/check-accessibility.ts';
import { forge, forgeEncrypted, forgeFromText } from './support/forged.ts';
import { useEditor } from './support/use-editor.ts';

const editor = useEditor(() => ({
  files: {
    'foreign.env': `A=${forge({}, { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } })}\n`,
    'duplicate.env': `A=${forgeFromText('{"sub":"first","sub":"second","big":12345678901234567890}')}\n`,
    'sealed.env': `A=${forgeEncrypted()}\n`,
    'nested.env': `A=${forge({ act: forge({ sub: 'the-inner-one' }) })}\n`,
    'a.env': `A=${forge({ sub: 'left', env: 'staging' })}\nB=${forge({ sub: 'right', env: 'production' })}\n`,
    'token.jwt': forge({ sub: 'in-a-jwt-file' }),
  },
}));
let minted: Minted;

beforeAll(async () => {
  const daemon = await startIssuer(editor);
  minted = await mint(daemon, 'default', { subject: 'repo:acme/shop', audience: 'https://api.example.test' });
  editor.session.writeFile('local.env', `TOKEN=${minted.token}\n`);
});

async function inspect(name: string, text: string | RegExp): Promise<Frame> {
  const { page } = editor;
  await closeAllEditors(page);
  await openFile(page, name);
  await placeCursor(page, 1, 20);
  await runCommand(page, 'Mintmark: Inspect Token');
  return findPage(page, text);
}

describe('the inspector', () => {
  it('opens from the lens, says the verdict first and shows twelve checks that pass', async () => {
    const { page } = editor;
    await openFile(page, 'local.env');
    await waitForLens(page, /accepted/);
    await useLens(page, 'Inspect', (withinMs) => findPage(page, /repo:acme\/shop/, withinMs));
    const frame = await findPage(page, /repo:acme\/shop/);
    const text = await waitFor('the verdict', async () => {
      const said = await readPage(frame);
      return /accepted/i.test(said) && said;
    });
    for (const check of CHECK_ORDER) expect(text.toLowerCase()).toContain(check.replace('-', ' ').split(' ')[0]);
    expect(text).toMatch(/local issuer/i);
    expect(text.search(/accepted/i)).toBeLessThan(text.indexOf('repo:acme/shop'));
    await saveScreenshot(page, 'inspector-of-a-local-token');
  });

  it('has the verdict and its checks before the form beside an editor, with the form folded', async () => {
    const frame = await findPage(editor.page, /repo:acme\/shop/);
    const titles = await frame.locator('h2').allInnerTexts();
    expect(titles.slice(0, 3)).toEqual(['Checks', 'Token', 'Verify']);
    const audience = frame.getByLabel('Expected audience');
    expect(await audience.isVisible()).toBe(false);
    const title = frame.locator('summary', { hasText: 'Verify' });
    await title.click();
    await audience.waitFor();
    await saveScreenshot(editor.page, 'inspector-with-the-form-unfolded');
    await title.click();
  });

  it('is clean in the eyes of axe', async () => {
    expect(await listAccessibilityFaults(await findPage(editor.page, /repo:acme\/shop/))).toEqual([]);
  });

  it('explains claims by their meaning and document, with times in words', async () => {
    const text = await readPage(await findPage(editor.page, /repo:acme\/shop/));
    expect(text).toContain('RFC 7519');
    expect(text).toMatch(/in \d+ (min|h)/);
    expect(text).toContain(new Date(minted.claims.exp * 1_000).toISOString().slice(0, 10));
  });

  it('does not verify a token of somebody else, and says that it brings its own key', async () => {
    const frame = await inspect('foreign.env', /alice/);
    const text = await readPage(frame);
    expect(text).toMatch(/not verified/i);
    expect(text).not.toMatch(/\baccepted\b/i);
    expect(text).toMatch(/jwk/);
    await saveScreenshot(editor.page, 'inspector-of-a-foreign-token');
  });

  it('shows both of two claims with one name, and a big number to its last digit', async () => {
    const text = await readPage(await inspect('duplicate.env', /12345678901234567890/));
    expect(text).toContain('first');
    expect(text).toContain('second');
    expect(text).toMatch(/duplicate|twice/i);
    await saveScreenshot(editor.page, 'inspector-of-duplicate-names');
  });

  it('shows an encrypted token as its five parts', async () => {
    const text = await readPage(await inspect('sealed.env', /A256GCM/));
    expect(text).toMatch(/encrypted/i);
    for (const part of [/key/i, /vector/i, /ciphertext/i, /tag/i]) expect(text).toMatch(part);
    await saveScreenshot(editor.page, 'inspector-of-an-encrypted-token');
  });

  it('unfolds a token inside a token', async () => {
    await inspect('nested.env', /the-inner-one/);
    await saveScreenshot(editor.page, 'inspector-of-a-nested-token');
  });

  it('opens a .jwt file when it is asked to, while the text stays the default', async () => {
    const { page } = editor;
    await closeAllEditors(page);
    await openFile(page, 'token.jwt');
    await waitForLens(page, /Inspect/);
    await saveScreenshot(page, 'jwt-file');
    await runCommand(page, 'View: Reopen Editor With...');
    await answer(page, 'Inspector');
    await findPage(page, /in-a-jwt-file/);
  });

  it('has no token in its title', async () => {
    await inspect('foreign.env', /alice/);
    expect(await readShown(findTab(editor.page, /./))).not.toContain('eyJ');
    expect(await editor.page.title()).not.toContain('eyJ');
  });
});

describe('Compare Tokens', () => {
  it('shows two tokens claim by claim', async () => {
    const { page } = editor;
    await closeAllEditors(page);
    await openFile(page, 'a.env');
    await waitForLens(page, /Inspect/);
    await placeCursor(page, 1, 20);
    await runCommand(page, 'Mintmark: Compare Tokens');
    await saveScreenshot(page, 'compare-asks');
    const frame = await findPage(page, /production/);
    const text = await readPage(frame);
    for (const word of ['left', 'right', 'staging', 'production', 'env', 'sub']) expect(text).toContain(word);
    expect(await listAccessibilityFaults(frame)).toEqual([]);
    await saveScreenshot(page, 'compare');
  });
});
