// An extension beside ours, in the same host: what the editor lets extensions do and no person can, such as asking for
// a hover and taking the time. Bundled and installed by support/install-companion.ts.
import { commands, type ExtensionContext, type Hover, Position, Uri, workspace } from 'vscode';

const WARM_UP = 20;
const ROUNDS = 300;
/** A slow machine answers fewer of them. */
const MOST_MS = 15_000;

export interface HoverTimes {
  /** Milliseconds that each hover over a token took. */
  readonly tokens: number[];
  /** The same where there is no token: the way to the editor and back, and who else has a hover. */
  readonly plain: number[];
  /** Hovers over a token that said something. */
  readonly answered: number;
}

export function activate({ subscriptions }: ExtensionContext): void {
  subscriptions.push(commands.registerCommand('mintmark-companion.timeHovers', timeHovers));
}

async function timeHovers(): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder === undefined) return;
  const uri = Uri.joinPath(folder.uri, 'big.env');
  const document = await workspace.openTextDocument(uri);
  const lines = Array.from({ length: document.lineCount }, (_, line) => line);
  const [withToken, without] = [true, false].map((has) =>
    lines.filter((line) => document.lineAt(line).text.includes('eyJ') === has),
  );
  const tokens = await time(uri, withToken ?? []);
  const plain = await time(uri, without ?? []);
  const answer: HoverTimes = { tokens: tokens.times, plain: plain.times, answered: tokens.answered };
  const unfinished = Uri.joinPath(folder.uri, 'hover-times.tmp');
  await workspace.fs.writeFile(unfinished, new TextEncoder().encode(JSON.stringify(answer)));
  await workspace.fs.rename(unfinished, Uri.joinPath(folder.uri, 'hover-times.json'));
}

async function time(uri: Uri, lines: readonly number[]): Promise<{ times: number[]; answered: number }> {
  const times: number[] = [];
  let answered = 0;
  const deadline = performance.now() + MOST_MS;
  for (let round = -WARM_UP; round < ROUNDS && (round < 1 || performance.now() < deadline); round++) {
    const position = new Position(lines[(round + WARM_UP) % lines.length] ?? 0, 30);
    const start = performance.now();
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', uri, position);
    const took = performance.now() - start;
    if (round < 0) continue;
    times.push(took);
    if (hovers.length > 0) answered++;
  }
  return { times, answered };
}
