import { z } from 'zod';
import type { Refusal } from './status.ts';
import type { Binding, NamedObject, Workload } from './workload.ts';

const GROUP = 'authentication.k8s.io';
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const DEFAULT_SECONDS = 3_600;

const objectReference = z.object({
  kind: z.string().nullish(),
  apiVersion: z.string().nullish(),
  name: z.string().nullish(),
  uid: z.string().nullish(),
});

const tokenRequest = z.object({
  apiVersion: z.literal(`${GROUP}/v1`).nullish(),
  kind: z.literal('TokenRequest').nullish(),
  spec: z
    .object({
      audiences: z.array(z.string()).nullish(),
      expirationSeconds: z.number().int().nullish(),
      boundObjectRef: objectReference.nullish(),
    })
    .nullish(),
});

export interface TokenRequest {
  /** Empty: the API server's own. */
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly boundObjectRef: z.infer<typeof objectReference> | null;
  readonly binding: Binding;
}

/** Reads a TokenRequest for a pod that may bind tokens to itself and to its node. */
export function readTokenRequest(content: unknown, workload: Workload): TokenRequest | Refusal {
  const parsed = tokenRequest.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    return { status: 400, message: `TokenRequest in version "v1" cannot be handled as a TokenRequest: ${place}` };
  }
  const spec = parsed.data.spec ?? {};
  const expirationSeconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
  const fault = findFault(expirationSeconds);
  if (fault !== null) return refuseField('spec.expirationSeconds', `Invalid value: ${expirationSeconds}: ${fault}`);
  const boundObjectRef = spec.boundObjectRef ?? null;
  const bound = boundObjectRef === null ? null : findBinding(boundObjectRef, workload);
  if (typeof bound === 'object' && bound !== null) return bound;
  return { audiences: spec.audiences ?? [], expirationSeconds, boundObjectRef, binding: bound };
}

/** Why the API server takes no such duration (its ValidateTokenRequest); null: it does. */
function findFault(seconds: number): string | null {
  if (seconds < MIN_SECONDS) return 'may not specify a duration less than 10 minutes';
  return seconds > MAX_SECONDS ? 'may not specify a duration larger than 2^32 seconds' : null;
}

function refuseField(field: string, message: string): Refusal {
  return {
    status: 422,
    message: `TokenRequest.${GROUP} "" is invalid: ${field}: ${message}`,
    details: { group: GROUP, kind: 'TokenRequest', causes: [{ reason: 'FieldValueInvalid', message, field }] },
  };
}

function findBinding(reference: z.infer<typeof objectReference>, workload: Workload): Binding | Refusal {
  const { kind, apiVersion, name, uid } = reference;
  const known: readonly (readonly [kind: 'Pod' | 'Node', object: NamedObject])[] = [
    ['Pod', workload.pod],
    ['Node', workload.node],
  ];
  const found = known.find(([own]) => kind === own && apiVersion === 'v1');
  if (found === undefined && !(kind === 'Secret' && apiVersion === 'v1')) {
    return { status: 400, message: `cannot bind token to object of type ${apiVersion ?? ''}, Kind=${kind ?? ''}` };
  }
  const resource = `${(kind ?? '').toLowerCase()}s`;
  if (found === undefined || found[1].name !== name) {
    const message = `${resource} "${name ?? ''}" not found`;
    return { status: 404, message, details: { name: name ?? '', kind: resource } };
  }
  const [own, object] = found;
  if (uid && uid !== object.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    const message = `Operation cannot be fulfilled on ${own} "${object.name}": ${why}`;
    return { status: 409, message, details: { name: object.name, kind: own } };
  }
  return own;
}
