import type { z } from 'zod';

/** What a client asks for in JSON, where no body at all asks for nothing special; null: it is not of this form. */
export function readRequest<T extends z.ZodType>(schema: T, body: string): z.output<T> | null {
  try {
    return schema.parse(JSON.parse(body || '{}'));
  } catch {
    return null;
  }
}
