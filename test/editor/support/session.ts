import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { endByPid } from '../../support/daemon.ts';
import { reservePort } from '../../support/ports.ts';
import { cleanEnvironment, isAlive, makeHome, run } from '../../support/program.ts';
import { waitFor } from '../../support/wait.ts';
import { MAKES_README_PICTURES } from '../pages/screenshots.ts';
import { waitForWorkbench } from '../pages/workbench.ts';
import { attachDaemon, type EditorDaemon, findLiving } from './editor-daemon.ts';
import { codeServerCommand } from './host.ts';
import { installCompanion } from './install-companion.ts';

export interface SessionOptions {
  /** Files of the workspace folder, by path below it. */
  files?: Readonly<Record<string, string>>;
  /** Settings of the person, and of the machine that the editor runs on. */
  settings?: Readonly<Record<string, unknown>>;
  machine?: Readonly<Record<string, unknown>>;
  /** false opens the folder in restricted mode. */
  trusted?: boolean;
  env?: Readonly<Record<string, string>>;
  /** Installs the companion beside our extension (test/editor/companion). */
  companion?: boolean;
  /** Stands in front of the command line that runs the editor's server. */
  prefix?: readonly string[];
}

export interface EditorSession {
  readonly folder: string;
  readonly home: string;
  readonly userData: string;
  /** Where the daemon of this session listens once it runs. */
  readonly port: number;
  readonly pid: number;
  readonly url: string;
  readonly context: BrowserContext;
  writeFile(name: string, text: string): string;
  openWindow(): Promise<Page>;
  /** The daemon that the extension started, once it has. */
  findDaemon(): Promise<EditorDaemon>;
  close(): Promise<void>;
}

/**
 * Quiet: nothing of the editor's own lies over what we look at, asks the network, or keeps copies of files. The
 * terminal draws its text as elements, which can be read.
 */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.localHistory.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.enablePersistentSessions': false,
  'editor.minimap.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/**
 * A window of usual size, or of one that a page of text has room for, without transitions that a picture would catch.
 */
export const CONTEXT: BrowserContextOptions = {
  viewport: MAKES_README_PICTURES ? { width: 1120, height: 700 } : { width: 1280, height: 800 },
  reducedMotion: 'reduce',
};

/** Starts an editor of its own: fresh user data, a fresh state directory, a workspace folder with these files. */
export async function openSession(
  context: BrowserContext,
  extensions: string,
  options: SessionOptions = {},
): Promise<EditorSession> {
  const place = makeHome();
  const { home, parent } = place;
  const folder = join(parent, 'workspace');
  const userData = join(parent, 'user-data');
  const port = await reservePort();
  const writeFile = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const writeSettings = (name: string, settings: object): void => {
    mkdirSync(join(userData, name), { recursive: true });
    writeFileSync(join(userData, name, 'settings.json'), JSON.stringify(settings, null, 2));
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(options.files ?? {})) writeFile(name, text);
  const trusted = options.trusted ?? true;
  writeSettings('User', { ...SETTINGS, 'security.workspace.trust.enabled': !trusted, ...options.settings });
  writeSettings('Machine', { 'mintmark.port': port, ...options.machine });

  const installed = options.companion ? installCompanion(extensions, parent) : extensions;
  const [file, args] = codeServerCommand([
    ...['--config', join(parent, 'config.yaml'), '--auth', 'none', '--bind-addr', '127.0.0.1:0'],
    ...['--user-data-dir', userData, '--extensions-dir', installed, '--reconnection-grace-time', '2'],
    ...['--disable-telemetry', '--disable-update-check'],
  ]);
  const [program = '', ...rest] = [...(options.prefix ?? []), file, ...args];
  // Without a gallery there is no other extension to look for.
  const env = cleanEnvironment(home, { EXTENSIONS_GALLERY: '{}', ...options.env });
  // In a group of its own: what stands in front of it may not pass a signal on.
  const server = run(program, rest, { env, cwd: folder, detached: true });
  context.setDefaultNavigationTimeout(60_000);
  const url = await waitFor(
    'the editor to listen',
    () => {
      if (!isAlive(server.pid)) throw new Error(`code-server ended: ${server.stdout()}${server.stderr()}`);
      return /listening on (http:\S+?)\/?\s/.exec(server.stdout())?.[1];
    },
    60_000,
  );

  return {
    folder,
    home,
    userData,
    port,
    pid: server.pid,
    url,
    context,
    writeFile,
    openWindow: async () => {
      const page = await context.newPage();
      await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
      await waitForWorkbench(page);
      return page;
    },
    findDaemon: () => attachDaemon(home),
    close: async () => {
      for (const page of context.pages()) await page.close();
      process.kill(-server.pid, 'SIGTERM');
      // A witness in front of the server waits for the daemon too.
      const daemon = findLiving(home);
      if (daemon) await endByPid(daemon.pid);
      await server.done;
      place.remove();
    },
  };
}
