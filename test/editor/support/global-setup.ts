import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { NODE, PROJECT } from '../../support/program.ts';
import { BROWSER_FLAGS, BROWSER_STARTS_MS, codeServerCommand, findBrowser, isHostInstalled } from './host.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the packaged extension is installed, once for all files: nothing ever writes there again. */
    extensions: string;
    /** The one browser that all files share. */
    browser: string;
  }
}

/** Packages the extension as it is shipped, installs the package into an editor, and starts the browser. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = findBrowser();
  if (!isHostInstalled() || executablePath === null) {
    throw new Error('no editor to test in: npm test installs one');
  }
  const place = mkdtempSync(join(tmpdir(), 'mintmark-editor-'));
  const extensions = join(place, 'extensions');
  mkdirSync(extensions);
  install(place, extensions, packageExtension());
  const browser = await chromium.launchServer({ executablePath, args: BROWSER_FLAGS, timeout: BROWSER_STARTS_MS });
  project.provide('extensions', extensions);
  project.provide('browser', browser.wsEndpoint());
  return async () => {
    await browser.close();
    rmSync(place, { recursive: true, force: true });
  };
}

function packageExtension(): string {
  runToEnd(NODE, [join(PROJECT, 'bootstrap.mjs'), 'package']);
  const { name, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return join(PROJECT, `${name}-${version}.vsix`);
}

function install(place: string, extensions: string, vsix: string): void {
  const options = ['--config', join(place, 'config.yaml'), '--user-data-dir', join(place, 'user')];
  runToEnd(...codeServerCommand([...options, '--extensions-dir', extensions, '--install-extension', vsix]));
}

function runToEnd(file: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}
