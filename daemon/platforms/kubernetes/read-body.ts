import { readProtobuf } from '../read-protobuf.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
/** What Kubernetes puts before a message, and not a part of it (docs: API concepts, "Protobuf encoding"). */
const MAGIC = 'k8s\0';

/**
 * The TokenRequest of a request: JSON, or protobuf as kubectl sends it.
 * @param body its bytes, one character each
 * @returns undefined for what is neither
 */
export function readObject(body: string, contentType: string): unknown {
  if (contentType.startsWith(PROTOBUF)) return readTokenRequestMessage(body);
  try {
    return JSON.parse(Buffer.from(body, 'latin1').toString());
  } catch {
    return undefined;
  }
}

/** Numbers of fields: `runtime.Unknown` and `authentication/v1` in Kubernetes' generated.proto. */
function readTokenRequestMessage(body: string): unknown {
  const wrapped = body.startsWith(MAGIC) ? readProtobuf(body.slice(MAGIC.length)) : null;
  const type = wrapped?.messageOf(1);
  const spec = wrapped?.messageOf(2)?.messageOf(2);
  const bound = spec?.messageOf(3);
  if (!type || !spec || !bound) return undefined;
  return {
    apiVersion: type.textOf(1),
    kind: type.textOf(2),
    spec: {
      audiences: spec.bytesOf(1).map((bytes) => Buffer.from(bytes, 'latin1').toString()),
      expirationSeconds: spec.numberOf(4),
      ...(spec.bytesOf(3).length > 0 && {
        boundObjectRef: {
          kind: bound.textOf(1),
          apiVersion: bound.textOf(2),
          name: bound.textOf(3),
          uid: bound.textOf(4),
        },
      }),
    },
  };
}
