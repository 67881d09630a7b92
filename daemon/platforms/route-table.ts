import type { PlatformRoute } from './platform.ts';

export interface RouteMatch {
  readonly route: PlatformRoute;
  /** Members of the path by name, as sent. */
  readonly members: Readonly<Record<string, string>>;
}

/**
 * Finds who answers at a path below an issuer's URL; the first one that fits. Literal segments are compared as sent; a
 * member is one segment that is not empty, and `{rest...}` at the end all that is left of the path, if anything.
 */
export function matchPlatformRoute(routes: readonly PlatformRoute[], path: string): RouteMatch | null {
  const parts = path.split('/');
  for (const route of routes) {
    const members = readMembers(route.path.split('/'), parts);
    if (members !== null) return { route, members };
  }
  return null;
}

function readMembers(segments: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const members: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.endsWith('...}') && index < parts.length) {
      return { ...members, [segment.slice(1, -4)]: parts.slice(index).join('/') };
    }
    const part = parts[index] ?? '';
    if (segment.startsWith('{') && part !== '') members[segment.slice(1, -1)] = part;
    else if (segment !== part) return null;
  }
  return segments.length === parts.length ? members : null;
}
