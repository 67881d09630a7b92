import { OPERATIONS, type OperationName } from '../../protocol/operations.ts';
import { decodeSegment } from '../guards/request-target.ts';

export type RouteMatch =
  | { readonly kind: 'found'; readonly name: OperationName; readonly members: Readonly<Record<string, string>> }
  /** The path exists, with other methods. */
  | { readonly kind: 'method'; readonly allow: string }
  | { readonly kind: 'none' };

interface Route {
  readonly name: OperationName;
  readonly method: string;
  /** A text to equal, or the name of a member to take. */
  readonly segments: readonly ({ readonly literal: string } | { readonly member: string })[];
}

const ROUTES: readonly Route[] = listOperationNames().map((name) => ({
  name,
  method: OPERATIONS[name].method,
  segments: OPERATIONS[name].path
    .slice(1)
    .split('/')
    .map((part) => (part.startsWith('{') ? { member: part.slice(1, -1) } : { literal: part })),
}));

export function listOperationNames(): OperationName[] {
  return Object.keys(OPERATIONS).filter(isOperationName);
}

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

/**
 * Finds the operation of a method and a path below the control prefix. Literal segments are compared as sent: an
 * escaped or differently cased one is another path. Members are decoded once, after the path was split.
 *
 * @throws MintmarkError `bad_target` for a member that is not UTF-8.
 */
export function matchRoute(method: string, path: string): RouteMatch {
  const parts = path.slice(1).split('/');
  const here = ROUTES.filter((route) => fits(route, parts));
  if (here.length === 0) return { kind: 'none' };
  const route = here.find((candidate) => candidate.method === method);
  if (route === undefined) return { kind: 'method', allow: here.map((candidate) => candidate.method).join(', ') };
  const members: Record<string, string> = {};
  route.segments.forEach((segment, index) => {
    if ('member' in segment) members[segment.member] = decodeSegment(parts[index] ?? '');
  });
  return { kind: 'found', name: route.name, members };
}

function fits(route: Route, parts: readonly string[]): boolean {
  if (route.segments.length !== parts.length) return false;
  return route.segments.every((segment, index) =>
    'literal' in segment ? segment.literal === parts[index] : parts[index] !== '',
  );
}
