import type { Frame } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../support/program.ts';
import { readShown } from './pages/read-shown.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { closeHover, findHover, placeCursor, readProblems, waitForHover, waitForLens } from './pages/text-editor.ts';
import { findPage, listOverflowing } from './pages/webviews.ts';
import { findTab, openFile, runCommand } from './pages/workbench.ts';
import { forge } from './support/forged.ts';
import { HAS_BIG_LIST, NAUGHTY_STRINGS } from './support/naughty-strings.ts';
import { useEditor } from './support/use-editor.ts';

const HTML = '<img src=https://evil.example.test/x.png onerror=alert(1)><script>alert(1)</script>';
const COMMAND = '[click me](command:workbench.action.terminal.new) ![x](https://evil.example.test/y.png)';
const REVERSED = '\u202Egnitareper\u202C';

/** Every slot that is shown somewhere holds something that wants to be more than text. */
const everywhere = forge(
  {
    iss: HTML,
    sub: COMMAND,
    aud: [REVERSED, 'https://evil.example.test/auto-link'],
    jti: HTML,
    [HTML]: COMMAND,
    picture: 'https://evil.example.test/picture.png',
    website: 'https://evil.example.test/',
  },
  { kid: HTML, jku: 'https://evil.example.test/jwks.json', x5u: 'https://evil.example.test/x5u', cty: COMMAND },
);
const naughty = forge(Object.fromEntries(NAUGHTY_STRINGS.map((text, at) => [`naughty ${at}`, text])));
const naughtyNames = forge(Object.fromEntries(NAUGHTY_STRINGS.map((text, at) => [`${text} ${at}`.slice(0, 250), at])));

const editor = useEditor(() => ({
  files: {
    'everywhere.env': `A=${everywhere}\n`,
    'naughty.env': `A=${naughty}\n`,
    'naughty-names.env': `A=${naughtyNames}\n`,
  },
}));
const happened: string[] = [];

beforeAll(() => {
  const { page, session } = editor;
  page.on('dialog', (dialog) => {
    happened.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', () => happened.push('popup'));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) happened.push(message.text());
  });
  session.context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    // The editor's own files for pages: a service worker of the editor answers for this name.
    if (host.endsWith('.vscode-resource.vscode-cdn.net')) return;
    if (/^(https?|wss?):$/.test(protocol) && `http://${host}` !== session.url)
      happened.push(`request: ${request.url()}`);
  });
});

async function inspect(name: string, text: string | RegExp): Promise<Frame> {
  const { page } = editor;
  await openFile(page, name);
  await placeCursor(page, 1, 20);
  await runCommand(page, 'Mintmark: Inspect Token');
  return findPage(page, text, 30_000);
}

/** What in a page acts, loads or leads elsewhere. The page's own elements have none of these. */
const listActive = (frame: Frame): Promise<string[]> =>
  frame
    .locator(
      'body :is(img, iframe, object, embed, video, audio, svg a, base, form[action], script:not([nonce]), a[href])',
    )
    .evaluateAll((all) => all.map((element) => element.outerHTML.slice(0, 200)));

describe('a token that wants to be more than text', () => {
  it('is text in the hover', async () => {
    const { page } = editor;
    await openFile(page, 'everywhere.env');
    await waitForLens(page, /Inspect/);
    await placeCursor(page, 1, 20);
    expect(await waitForHover(page, '<img src=https://evil.example.test/x.png')).not.toContain('\u202E');
    const hover = findHover(page);
    expect(await hover.locator('img, script, iframe').count()).toBe(0);
    expect(
      await hover.locator('a[data-href^="command:workbench"], a[data-href*="evil"], a[href*="evil"]').count(),
    ).toBe(0);
    await saveScreenshot(page, 'hostile-hover');
    await closeHover(page);
  });

  it('is text in the lens and in the problems', async () => {
    const { page } = editor;
    expect(await page.locator('.codelens-decoration :is(img, script, .codicon-zap)').count()).toBe(0);
    expect((await readProblems(page)).join('')).not.toContain('\u202E');
    await saveScreenshot(page, 'hostile-problems');
  });

  it('is text in the inspector, in every slot', async () => {
    const { page } = editor;
    const frame = await inspect('everywhere.env', '<img src=https://evil.example.test/x.png');
    expect(await listActive(frame)).toEqual([]);
    const text = await readShown(frame.locator('body'));
    expect(text).toContain('[click me](command:workbench.action.terminal.new)');
    expect(text).not.toContain('\u202E');
    expect(text).toMatch(/\\u202e|U\+202E/i);
    expect(await readShown(findTab(page, /./))).not.toContain('<img');
    await saveScreenshot(page, 'hostile-inspector');
  });

  it.each([
    ['values', 'naughty.env', 'naughty 3'],
    ['names', 'naughty-names.env', '<script>alert(1)</script> 1'],
  ])(
    `is text in the inspector with every naughty string among its ${'%s'}${HAS_BIG_LIST ? '' : ' (without the big list)'}`,
    async (_, name, text) => {
      const { page } = editor;
      const frame = await inspect(name, text);
      expect(await listActive(frame)).toEqual([]);
      const said = await readShown(frame.locator('body'));
      for (const unsafe of ['\u202E', '\u200B', '\u001b', '\u2028', '\uFEFF']) expect(said).not.toContain(unsafe);
      expect(await listOverflowing(frame)).toEqual([]);
      await saveScreenshot(page, `hostile-inspector-${name}`);
    },
  );

  it('has done nothing at all by then', async () => {
    const { page, session } = editor;
    expect(happened).toEqual([]);
    expect(await page.locator('.terminal-wrapper, .notification-toast').count()).toBe(0);
    expect(isAlive(session.pid)).toBe(true);
  });
});
