// What `npm test` runs before the editor suite: installs code-server once, checks that there is a browser. Prints the
// reason and exits 1 where the suite cannot run. Node runs this file itself, by stripping its types.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { NODE } from '../support/program.ts';
import { CODE_SERVER_VERSION, findBrowser, HOST_FOLDER, isHostInstalled } from './support/host.ts';

/** Puts code-server into its folder; its native modules are built against the headers of the very Node that runs it. */
function installHost(): boolean {
  const headers = `node-${process.platform}-${process.arch}`;
  const hasHeaders = process.platform === 'linux';
  mkdirSync(HOST_FOLDER, { recursive: true });
  const manifest = {
    private: true,
    allowScripts: { 'code-server': true },
    dependencies: { 'code-server': CODE_SERVER_VERSION, ...(hasHeaders && { [headers]: process.versions.node }) },
  };
  writeFileSync(join(HOST_FOLDER, 'package.json'), JSON.stringify(manifest));
  const cli = process.env.npm_execpath;
  const [file, first] = cli?.endsWith('.js') ? [NODE, [cli]] : ['npm', []];
  const { status } = spawnSync(file, [...first, 'install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HOST_FOLDER,
    env: {
      ...process.env,
      // Its install script asks npm which Node it runs on; the npm that started us told another one.
      npm_config_user_agent: undefined,
      PATH: [dirname(NODE), process.env.PATH].join(delimiter),
      ...(hasHeaders && { npm_config_nodedir: join(HOST_FOLDER, 'node_modules', headers) }),
    },
    stdio: ['ignore', 2, 2],
    shell: file === 'npm' && process.platform === 'win32',
    timeout: 20 * 60_000,
  });
  return status === 0 && isHostInstalled();
}

function findObstacle(): string | null {
  if (process.platform === 'win32') return 'code-server does not run on Windows';
  if (findBrowser() === null) return 'no Chromium, Chrome or Edge was found';
  if (isHostInstalled()) return null;
  process.stderr.write(`Installing code-server ${CODE_SERVER_VERSION}, the editor of the tests (2 minutes) …\n`);
  return installHost() ? null : 'code-server could not be installed: see above';
}

const obstacle = findObstacle();
if (obstacle !== null) {
  process.stdout.write(`${obstacle}\n`);
  process.exitCode = 1;
}
