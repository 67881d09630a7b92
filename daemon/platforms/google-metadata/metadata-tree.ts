import type { Job } from '../../jobs/job.ts';
import { describeInstance } from './instance.ts';

/** A directory of the metadata server, or a value: text, number or a list that is one entry a line. */
export type Metadata = string | number | readonly string[] | { readonly [name: string]: Metadata };

/** A value that is made when it is asked for. */
const IDENTITY = '';

/** What the server knows, by path below `/computeMetadata/v1` (docs: Predefined metadata keys). */
export function describeMetadata(job: Job): Metadata {
  const { isComputeEngine, project, projectNumber, email, name, id, zone } = describeInstance(job);
  const account = {
    aliases: ['default'],
    email,
    identity: IDENTITY,
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
  };
  const region = zone.replace(/-[a-z]$/, '');
  return {
    instance: {
      ...(isComputeEngine && { attributes: {}, hostname: `${name}.${zone}.c.${project}.internal`, name }),
      id,
      region: `projects/${projectNumber}/regions/${region}`,
      'service-accounts': { default: account, [email]: account },
      zone: `projects/${projectNumber}/zones/${zone}`,
    },
    project: { 'numeric-project-id': projectNumber, 'project-id': project },
    universe: { 'universe-domain': 'googleapis.com' },
  };
}

/** Does it have entries of its own? A list is a value. */
export function isDirectory(node: Metadata): node is { readonly [name: string]: Metadata } {
  return typeof node === 'object' && !Array.isArray(node);
}

/** @param segments of the path; null: there is nothing */
export function findMetadata(root: Metadata, segments: readonly string[]): Metadata | null {
  let node = root;
  for (const segment of segments) {
    const next: Metadata | undefined = isDirectory(node) && Object.hasOwn(node, segment) ? node[segment] : undefined;
    if (next === undefined) return null;
    node = next;
  }
  return node;
}

/** One entry a line; those of directories end with a slash. */
export function formatText(node: Metadata): string {
  if (!isDirectory(node)) return typeof node === 'object' ? `${node.join('\n')}\n` : String(node);
  return Object.entries(node)
    .map(([name, child]) => `${name}${isDirectory(child) ? '/' : ''}\n`)
    .join('');
}

/**
 * `?recursive=true&alt=text`: a line for each value, with its path below the directory, and for each entry of a list
 * (the tests of GoogleCloudPlatform/compute-metadata-emulator, `test_dir_recursive`). What must be asked for one by one
 * is left out.
 */
export function formatRecursive(node: Metadata, path = ''): string {
  if (isDirectory(node)) {
    const inside = path === '' ? '' : `${path}/`;
    return Object.entries(node)
      .map(([name, child]) => (child === IDENTITY ? '' : formatRecursive(child, inside + name)))
      .join('');
  }
  const entries = typeof node === 'object' ? node : [node];
  return entries.map((entry) => `${path} ${entry}\n`).join('');
}

/** Names are in camel case there, and what must be asked for one by one is left out. */
export function toRecursive(node: Metadata): unknown {
  if (!isDirectory(node)) return node;
  const known = Object.entries(node).filter(([, child]) => child !== IDENTITY);
  return Object.fromEntries(known.map(([name, child]) => [toCamelCase(name), toRecursive(child)]));
}

function toCamelCase(name: string): string {
  return name.includes('@') ? name : name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
