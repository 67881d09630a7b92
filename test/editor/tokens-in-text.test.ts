import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mint } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { startIssuer } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import {
  applyQuickFix,
  closeHover,
  openQuickFixes,
  openUntitled,
  placeCursor,
  readLenses,
  readText,
  revertFile,
  waitForHover,
  waitForLens,
  waitForProblem,
} from './pages/text-editor.ts';
import { closeAllEditors, openFile, runCommand } from './pages/workbench.ts';
import { forge, forgeEncrypted, forgeExpired, forgeFromText, forgeUnsigned } from './support/forged.ts';
import { useEditor } from './support/use-editor.ts';

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const now = Math.floor(Date.now() / 1_000);

const editor = useEditor(() => ({
  files: {
    'service.env': `# comment\nSERVICE_TOKEN="Bearer ${forge({ exp: now + 7_200 })}"\n`,
    'calls.http': `GET https://api.example.test\nAuthorization: Bearer ${forge()}\nX-Both: ${forge({ sub: 'one' })}, ${forge({ sub: 'two' })}\n`,
    'sealed.json': `{\n  "sealed": "${forgeEncrypted()}",\n  "nested": "${forge({ act: forge({ sub: 'inner' }) })}"\n}\n`,
    'false-alarms.txt': `${falseAlarms().join('\n')}\n${forge()}\n`,
    'expired.env': `A=${forgeExpired()}\n`,
    'unsigned.env': `A=${forgeUnsigned()}\n`,
    'key-in-header.env': `A=${forge({}, { jku: 'https://keys.example.test/jwks.json' })}\n`,
    'long-life.env': `A=${forge({ exp: now + 40 * 365 * 86_400 })}\n`,
    'malformed.env': `A=${forgeFromText('{"sub":"a","sub":"b","aud":"api"}')}\n`,
    'private.pem': String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'private.json': JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256' }] }, null, 2),
    'build.log': `12:00:01 got ${forgeExpired()}\n`,
  },
}));

/** Text that begins, or is built, like a token and is none. */
function falseAlarms(): string[] {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    'eyJ.eyJ.sig',
    'eyewitness.example.test',
    `${part({ alg: 'none' })}`,
    `${part({ name: 'not a header' })}.${part({ sub: 'x' })}.c2ln`,
    `${part(['alg'])}.${part({ sub: 'x' })}.c2ln`,
    'a1b2c3.d4e5f6.789abc',
    'com.example.eyJhbGciOiJub25lIn0',
  ];
}

describe('a token in a file', () => {
  it('says on hovering what it is, when it ends and that nobody has verified it', async () => {
    const { page } = editor;
    await openFile(page, 'service.env');
    await placeCursor(page, 2, 40);
    const text = await waitForHover(page, /not verified/i);
    expect(text).toMatch(/expires in (1|2) h/i);
    expect(text).toContain(new Date((now + 7_200) * 1_000).toISOString().slice(0, 16));
    expect(text).toContain('https://issuer.example.test');
    expect(text).toContain('alice');
    expect(text).toContain('api');
    await saveScreenshot(page, 'hover');
    await closeHover(page);
  });

  it('hovers the token under the cursor when a line has several', async () => {
    const { page, session } = editor;
    await openFile(page, 'calls.http');
    const width = forge({ sub: 'one' }).length;
    await placeCursor(page, 3, 'X-Both: '.length + 20);
    await waitForHover(page, /\bone\b/);
    await closeHover(page);
    await placeCursor(page, 3, 'X-Both: '.length + width + 22);
    await waitForHover(page, /\btwo\b/);
    await closeHover(page);
    expect(session.folder).toBeTruthy();
  });

  it('warns on hovering of what is odd about it', async () => {
    const { page } = editor;
    await openFile(page, 'unsigned.env');
    await placeCursor(page, 1, 10);
    await waitForHover(page, /not signed/i);
    await closeHover(page);
  });

  it('shows an encrypted token as what it is, and a token inside a token', async () => {
    const { page } = editor;
    await openFile(page, 'sealed.json');
    await placeCursor(page, 2, 30);
    await waitForHover(page, /encrypted/i);
    await closeHover(page);
    await placeCursor(page, 3, 30);
    await waitForHover(page, /act/);
    await closeHover(page);
  });

  it('has a lens that claims no verdict while nobody asked for one', async () => {
    const { page } = editor;
    await openFile(page, 'service.env');
    const lens = await waitForLens(page, /Inspect/);
    expect(lens).toMatch(/expires in/);
    expect(lens).toMatch(/Watch/);
    expect(lens).not.toMatch(/accepted/i);
  });

  it('is found among text that only looks like one', async () => {
    const { page } = editor;
    await openFile(page, 'false-alarms.txt');
    await waitForLens(page, /Inspect/);
    expect((await readLenses(page)).filter((text) => text.includes('Inspect'))).toHaveLength(1);
  });

  it('is found in a document that was never saved', async () => {
    const { page } = editor;
    await openUntitled(page);
    await page.keyboard.insertText(`token: ${forge()}`);
    await waitForLens(page, /Inspect/);
    // An empty one is closed without a question.
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await runCommand(page, 'View: Close Editor');
  });
});

describe('a problem', () => {
  it.each([
    ['expired.env', /expired/i],
    ['unsigned.env', /not signed|alg/i],
    ['key-in-header.env', /jku/],
    ['long-life.env', /very long/i],
    ['malformed.env', /duplicate|twice|sub/i],
    ['private.pem', /private key/i],
    ['private.json', /private key/i],
  ])('is reported for %s', async (name, pattern) => {
    const { page } = editor;
    await openFile(page, name);
    await waitForProblem(page, pattern);
    await closeAllEditors(page);
  });

  it('is not reported in a log', async () => {
    const { page } = editor;
    await openFile(page, 'build.log');
    await waitForLens(page, /Inspect/);
    // What was reported for a file that is open beside it has arrived: what is not there by now does not come.
    await openFile(page, 'expired.env');
    const rows = await waitForProblem(page, /expired/i);
    expect(rows.filter((row) => row.includes('build.log'))).toEqual([]);
    await saveScreenshot(page, 'problems');
    await closeAllEditors(page);
  });

  it('has quick fixes, and one of them puts a reference in the place of the token', async () => {
    const { page } = editor;
    await openFile(page, 'expired.env');
    await waitForLens(page, /Inspect/);
    await placeCursor(page, 1, 10);
    const titles = await openQuickFixes(page, 2);
    await saveScreenshot(page, 'quick-fixes');
    expect(titles.join('\n')).toMatch(/mint/i);
    expect(titles.join('\n')).toMatch(/ignore/i);
    expect(titles.join('\n')).toMatch(/inspect/i);
    await applyQuickFix(page, /MINTMARK_TOKEN|reference|variable/i);
    await waitFor('the reference', async () => /A=\$\{MINTMARK_TOKEN\}/.test(await readText(page)));
    expect(await readText(page)).not.toContain('eyJ');
    await revertFile(page);
  });
});

describe('a token of the local issuer', () => {
  it('has a verdict in its lens, and in its hover', async () => {
    const { page, session } = editor;
    const daemon = await startIssuer(editor);
    const { token } = await mint(daemon, 'default', { subject: 'repo:acme/shop', audience: 'api', ttlSeconds: 300 });
    session.writeFile('local.env', `TOKEN=${token}\n`);
    await openFile(page, 'local.env');
    const lens = await waitForLens(page, /accepted/);
    expect(lens).toMatch(/accepted · local issuer · expires in [45] min/);
    await placeCursor(page, 1, 20);
    await waitForHover(page, /accepted/i);
    await saveScreenshot(page, 'lens-and-hover-of-a-local-token');
    await closeHover(page);
  });
});
