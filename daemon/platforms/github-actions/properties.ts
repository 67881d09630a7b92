import { z } from 'zod';
import { MintmarkError } from '../../problem.ts';

const properties = z.record(z.string().min(1), z.union([z.string(), z.boolean(), z.array(z.string())]));

/**
 * Custom properties of a repository as claims (docs: OIDC reference, "Including repository custom properties in OIDC
 * tokens"): every value is a text, and the chosen ones of several are joined by commas.
 * @param text a JSON object, or nothing
 * @throws MintmarkError `invalid_request`
 */
export function readProperties(text: string): Readonly<Record<string, string>> {
  const known = Object.entries(parseProperties(text || '{}'));
  return Object.fromEntries(known.map(([name, value]) => [`repo_property_${name}`, String(value)]));
}

function parseProperties(text: string): z.infer<typeof properties> {
  try {
    return properties.parse(JSON.parse(text));
  } catch (cause) {
    const detail = 'options.repository-properties: not a JSON object of texts, booleans and lists of texts';
    throw new MintmarkError('invalid_request', detail, { cause });
  }
}
