import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { waitFor } from '../support/wait.ts';
import { waitForStatus } from './pages/issuer.ts';
import { closeHover, placeCursor, readText, waitForHover, waitForLens } from './pages/text-editor.ts';
import { waitForRow } from './pages/views.ts';
import { fillIn, findPage } from './pages/webviews.ts';
import { openFile, runCommand, runCommandWith } from './pages/workbench.ts';
import {
  type CutOffNetwork,
  findNetworkObstacle,
  listForeignAddresses,
  openCutOffNetwork,
  witness,
} from './support/cut-off-network.ts';
import { forge } from './support/forged.ts';
import { BROWSER_FLAGS, BROWSER_STARTS_MS, findBrowser } from './support/host.ts';
import { CONTEXT, type EditorSession, openSession } from './support/session.ts';

const obstacle = findNetworkObstacle();
const why = obstacle === null ? '' : ` (skipped: it ${obstacle})`;

describe.skipIf(obstacle !== null)(`without a network${why}`, () => {
  const place = mkdtempSync(join(tmpdir(), 'mintmark-network-'));
  const report = join(place, 'connections.txt');
  const requested = new Set<string>();
  let network: CutOffNetwork;
  let session: EditorSession;
  let page: Page;
  let end = async (): Promise<void> => {};

  beforeAll(async () => {
    network = await openCutOffNetwork(place);
    const browser = await chromium.launch({
      executablePath: network.wrap(findBrowser() ?? ''),
      args: BROWSER_FLAGS,
      timeout: BROWSER_STARTS_MS,
    });
    end = () => browser.close();
    const context = await browser.newContext(CONTEXT);
    context.on('request', (request) => requested.add(new URL(request.url()).host));
    session = await openSession(context, inject('extensions'), {
      prefix: [...network.prefix, ...witness(report)],
      files: {
        // Whoever wrote it would like to be asked for keys, pictures and pages.
        'token.env': `A=${forge({ iss: 'https://login.example.com', picture: 'https://example.com/x.png' }, { jku: 'https://example.com/jwks', x5u: 'https://example.com/x5u' })}\n`,
      },
    });
    page = await session.openWindow();
    // A witness at every system call makes the start of the editor several times as long.
  }, 300_000);
  afterAll(async () => {
    await session?.close();
    await end();
    await network?.close();
    rmSync(place, { recursive: true, force: true });
  });

  it('a token can be hovered and inspected', async () => {
    await openFile(page, 'token.env');
    await waitForLens(page, /Inspect/);
    await placeCursor(page, 1, 20);
    await waitForHover(page, 'login.example.com');
    await closeHover(page);
    await runCommand(page, 'Mintmark: Inspect Token');
    await findPage(page, /login\.example\.com/);
  });

  it('the issuer starts, mints, verifies and rotates', async () => {
    await runCommand(page, 'Mintmark: Start Issuer');
    await waitForStatus({ page }, `:${session.port}`);
    await runCommand(page, 'Mintmark: Mint Token');
    const form = await findPage(page, /Further claims/);
    await fillIn(form, /Subject/i, 'repo:acme/offline');
    await form.getByRole('button', { name: /mint/i }).click();
    await waitFor('a token in an editor', async () => /eyJ/.test(await readText(page)));
    await waitForLens(page, /accepted/);
    await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/, /now|once/i);
    await waitForRow(page, 'Activity', /rotat|activ|key/i);
  });

  it('nothing was turned to but this machine', async () => {
    const said = readFileSync(report, 'utf8');
    // The witness did see: the daemon was talked to.
    expect(said).toContain(`htons(${session.port})`);
    expect(listForeignAddresses(said)).toEqual([]);
    // The browser asks the editor's server; files of pages come from a service worker under a name of their own.
    const elsewhere = [...requested].filter((host) => host !== '' && !host.endsWith('.vscode-resource.vscode-cdn.net'));
    expect(elsewhere).toEqual([new URL(session.url).host]);
  });
});
