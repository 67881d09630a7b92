import { MintmarkError } from '../../../problem.ts';
import { quoteText } from '../../../token/quote.ts';
import { showSafely } from '../../../token/safe-text.ts';
import {
  collectInputs,
  giveInputs,
  type InputDeclarations,
  MOST_INPUTS,
  pickOwn,
  requireDeclared,
  typed,
} from '../input-values.ts';
import { matchesRegexp } from '../simple-regexp.ts';
import { type Json, listEntries, pick, readText, readTexts, toJson } from '../yaml-access.ts';
import { LONGEST_TEXT, parseYaml, refuseFile, type YamlEntry, type YamlTree } from '../yaml-tree.ts';

/** A file with its inputs filled in, before it is YAML. */
export interface FilledFile {
  /** Its lines are those of the file. */
  readonly text: string;
  /** Blocks that nobody here can fill in, as they are written; in the text stands `markBlock` of their place here. */
  readonly left: readonly string[];
}

/** What a header declares. */
interface Header extends InputDeclarations {
  readonly regexes: Readonly<Record<string, string>>;
  /** Those that somebody has to give, whatever else is given. */
  readonly bare: readonly string[];
}

const NOTHING: Header = { defaults: {}, required: [], types: {}, choices: {}, regexes: {}, bare: [] };

/** What another file, or whoever starts the pipeline, gives for inputs. */
export interface GivenInputs {
  readonly said: Readonly<Record<string, string>>;
  /** Names of those that are given something that nobody here knows. */
  readonly open?: readonly string[];
  /** The file that gives them; undefined: it is whoever starts the pipeline, who may give more. */
  readonly includedBy?: string;
}

/** `---` at the beginning of a line (`Gitlab::Config::Loader::MultiDocYaml`). */
const DIVIDER = /^---(?=\s)/gm;

/**
 * Fills in `$[[ inputs.NAME ]]` with what is said of inputs, else with the defaults of the header (GitLab docs: "CI/CD
 * inputs"), as GitLab does: in the text. Blocks with functions other than `truncate`, and of inputs that have no default
 * or one of `rules`, are left. A file without a header has no inputs, and what looks like one is text.
 * @throws MintmarkError `invalid_request` for a value that an input does not take, and for one of no such input
 */
export function fillInputs(path: string, text: string, { said, open = [], includedBy }: GivenInputs): FilledFile {
  const { header, content } = splitHeader(path, text);
  const declared = header === null ? NOTHING : readHeader(header);
  const where = includedBy === undefined ? 'options.input.' : 'input ';
  requireDeclared(path, [declared], { ...said, ...Object.fromEntries(open.map((name) => [name, ''])) });
  for (const [name, value] of Object.entries(said)) requireShape(declared, name, value, where);
  if (header === null) return { text, left: [] };
  const { inputs } = giveInputs(declared, said, where);
  const missing = declared.bare.find((name) => inputs.required.includes(name) && !open.includes(name));
  if (includedBy !== undefined && missing !== undefined) {
    throw new MintmarkError(
      'invalid_request',
      `input ${showSafely(missing)}: ${quoteText(includedBy)} does not give it`,
    );
  }
  const known = { ...inputs, required: [...inputs.required, ...open] };
  return fillBlocks(path, text.slice(0, content).replace(/[^\n]+/g, ''), text.slice(content), known);
}

/** Does the header take inputs from other files, too? */
export function declaresElsewhere(path: string, text: string): boolean {
  const { header } = splitHeader(path, text);
  return pick(pick(header ?? undefined, 'spec'), 'include') !== undefined;
}

/** A header is a first document that has `spec`, before another one. `content` is where that begins. */
function splitHeader(path: string, text: string): { readonly header: YamlTree | null; readonly content: number } {
  const none = { header: null, content: 0 };
  if (text.length > LONGEST_TEXT) return none;
  let from = 0;
  for (const { index } of text.matchAll(DIVIDER)) {
    const document = text.slice(from, index);
    from = index + 3;
    if (document.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) continue;
    const header = /^["']?spec\b/m.test(document) ? parseYaml(path, document, { mergeKeys: true, header: true }) : null;
    return pick(header ?? undefined, 'spec') === undefined ? none : { header, content: from };
  }
  return none;
}

function readHeader(header: YamlTree): Header {
  const defaults = new Map<string, Json>();
  const required: string[] = [];
  const bare: string[] = [];
  const types = new Map<string, string>();
  const choices = new Map<string, readonly string[]>();
  const regexes = new Map<string, string>();
  for (const [name, { value }] of listEntries(pick(pick(header, 'spec'), 'inputs')).slice(0, MOST_INPUTS)) {
    const type = readText(pick(value, 'type')) ?? 'string';
    const fallback = value.kind === 'mapping' ? value.entries.get('default')?.value : undefined;
    const options = type === 'boolean' ? ['true', 'false'] : readTexts(pick(value, 'options'));
    const regex = readText(pick(value, 'regex'));
    types.set(name, type);
    if (options.length > 0) choices.set(name, options);
    if (regex !== undefined) regexes.set(name, regex);
    // Which rule holds depends on other inputs.
    const isRuled = pick(value, 'rules') !== undefined;
    if (fallback === undefined && !isRuled) bare.push(name);
    if (fallback === undefined || isRuled) required.push(name);
    else defaults.set(name, typed(toJson(fallback), type));
  }
  return { ...collectInputs({ defaults, required, types, choices }), regexes: Object.fromEntries(regexes), bare };
}

/** What of a value only GitLab checks. */
function requireShape({ types, regexes }: Header, said: string, value: string, where: string): void {
  const name = Object.keys(types).find((own) => own.toLowerCase() === said.toLowerCase()) ?? said;
  const regex = pickOwn(regexes, name);
  const wanted =
    pickOwn(types, name) === 'array' && !isJsonList(value)
      ? 'is not a list in JSON'
      : regex !== undefined && matchesRegexp(regex, value) === false
        ? `does not match ${showSafely(regex.slice(0, 80))}`
        : null;
  if (wanted === null) return;
  throw new MintmarkError('invalid_request', `${where}${showSafely(name)}: ${quoteText(value)} ${wanted}`);
}

function isJsonList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

const BLOCK = /\$\[\[(.{1,1000}?)\]\]/g;

/** A name, and perhaps the one function that needs to know nothing else. */
const BLOCK_INSIDE = /^inputs\.([^\s|]+)(?:\s*\|\s*truncate\(\s*(\d{1,9})\s*,\s*(\d{1,9})\s*\))?$/;

/**
 * `truncate` takes a text only (`Interpolation::Functions::Truncate`), and counts characters. A long one may be cut in
 * thousands of blocks: it is counted once.
 */
function openCutter(): (value: Json | undefined, offset: number, length: number) => string | undefined {
  const counted = new Map<string, readonly string[]>();
  return (value, offset, length) => {
    if (typeof value !== 'string') return undefined;
    const characters = counted.get(value) ?? [...value];
    counted.set(value, characters);
    return characters.slice(offset, offset + length).join('');
  };
}

function fillBlocks(path: string, before: string, text: string, inputs: InputDeclarations): FilledFile {
  const { defaults, required } = inputs;
  const cutText = openCutter();
  const left: string[] = [];
  let filled = before;
  let at = 0;
  for (const { 0: source, 1: inside = '', index } of text.matchAll(BLOCK)) {
    const [, name, offset, length] = BLOCK_INSIDE.exec(inside.trim()) ?? [];
    const isKnown = name !== undefined && Object.hasOwn(defaults, name) && !required.includes(name);
    const whole = isKnown ? defaults[name] : undefined;
    const value = offset === undefined ? whole : cutText(whole, Number(offset), Number(length));
    if (value === undefined) left.push(source);
    const put =
      value === undefined ? markBlock(left.length - 1) : typeof value === 'string' ? value : JSON.stringify(value);
    filled += text.slice(at, index) + put;
    at = index + source.length;
    if (filled.length > LONGEST_TEXT) throw refuseFile(path, 1, 'its inputs make the file larger than 256 KiB');
  }
  return { text: filled + text.slice(at), left };
}

/** Characters that no file has, and that YAML takes everywhere: brackets would begin a list. */
const markBlock = (at: number): string => `\uE000${at}\uE001`;
const MARK = /\uE000(\d+)\uE001/g;

/**
 * Puts the blocks that were left back to where they were written. A node that many aliases stand for stays one, and one
 * that has no block stays itself: a long text in every place of it is more than there is memory.
 */
export function restoreBlocks(tree: YamlTree, left: readonly string[]): YamlTree {
  if (left.length === 0) return tree;
  // Each block was written once: a file that has marks of its own gets no more for them.
  const blocks = new Map(left.entries());
  const texts = new Map<string, string>();
  const restore = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const restored = text.replace(MARK, (mark, at: string) => {
      const block = blocks.get(Number(at));
      blocks.delete(Number(at));
      return block ?? mark;
    });
    texts.set(text, restored);
    return restored;
  };
  const done = new Map<YamlTree, YamlTree>();
  const walk = (one: YamlTree): YamlTree => {
    const known = done.get(one);
    if (known !== undefined) return known;
    const restored = restoreNode(one, restore, walk);
    done.set(one, restored);
    return restored;
  };
  return walk(tree);
}

/** The same node where nothing in it is restored. */
function restoreNode(one: YamlTree, restore: (text: string) => string, walk: (tree: YamlTree) => YamlTree): YamlTree {
  if (one.kind === 'scalar') {
    const value = typeof one.value === 'string' ? restore(one.value) : one.value;
    return value === one.value ? one : { ...one, value };
  }
  if (one.kind === 'list') {
    const items = one.items.map(walk);
    return items.every((item, at) => item === one.items[at]) ? one : { ...one, items };
  }
  let isSame = true;
  const entries = new Map<string, YamlEntry>();
  for (const [key, { line, value }] of one.entries) {
    const name = restore(key);
    const restored = walk(value);
    isSame &&= name === key && restored === value;
    entries.set(name, { line, value: restored });
  }
  return isSame ? one : { ...one, entries };
}
