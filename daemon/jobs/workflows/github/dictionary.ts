import { data } from '@actions/expressions';
import type { Json } from '../yaml-access.ts';

interface Member {
  readonly key: string;
  readonly value: data.ExpressionData;
}

/**
 * An object whose members may be called like what every object of this language has: `constructor`, `__proto__`. The
 * library's own would leave those out. Names have no letter case, and of several the first counts.
 */
export class Dictionary extends data.Dictionary {
  private readonly members = new Map<string, Member>();

  constructor(members: Iterable<readonly [string, data.ExpressionData]>) {
    super();
    for (const [key, value] of members) this.add(key, value);
  }

  override add(key: string, value: data.ExpressionData): void {
    const name = key.toLowerCase();
    if (!this.members.has(name)) this.members.set(name, { key, value });
  }

  override get(key: string): data.ExpressionData | undefined {
    return this.members.get(key.toLowerCase())?.value;
  }

  override values(): data.ExpressionData[] {
    return this.pairs().map(({ value }) => value);
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    return [...this.members.values()];
  }
}

export function toData(value: Json): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (isList(value)) return new data.Array(...value.map(toData));
  return toDictionary(value);
}

export function toDictionary(value: Readonly<Record<string, Json>>): data.Dictionary {
  return new Dictionary(Object.entries(value).map(([key, member]) => [key, toData(member)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function fromData(value: data.ExpressionData): Json {
  if (value.kind === data.Kind.Array) return value.values().map(fromData);
  if (value.kind === data.Kind.Dictionary) {
    return Object.fromEntries(value.pairs().map(({ key, value: member }) => [key, fromData(member)]));
  }
  if (value.kind === data.Kind.Null) return null;
  return value.value;
}
