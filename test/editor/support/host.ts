import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, PROJECT } from '../../support/program.ts';

/** The editor that judges us: VS Code 1.139 with a Node extension host, in an ignored folder of its own. */
export const CODE_SERVER_VERSION = '4.139';
export const HOST_FOLDER = join(PROJECT, '.tools/code-server');
const PACKAGE = join(HOST_FOLDER, 'node_modules/code-server');
const ENTRY = join(PACKAGE, 'out/node/entry.js');

/** npm writes this list last, when every package is in place and built. */
const COMPLETION = join(HOST_FOLDER, 'node_modules/.package-lock.json');

export function isHostInstalled(): boolean {
  if (!existsSync(COMPLETION) || !existsSync(ENTRY)) return false;
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  return version.startsWith(`${CODE_SERVER_VERSION}.`);
}

/** The command line that runs code-server under the project's own Node. */
export const codeServerCommand = (args: readonly string[]): [file: string, args: string[]] => [NODE, [ENTRY, ...args]];

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The first browser of the Chromium family on this machine; null when there is none. */
export function findBrowser(): string | null {
  return BROWSERS.find((path) => existsSync(path)) ?? null;
}

/** How long a browser may take to be up on a busy machine. */
export const BROWSER_STARTS_MS = 120_000;

/** Nothing but what a page asks for leaves this browser. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
