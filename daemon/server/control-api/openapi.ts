import { z } from 'zod';
import { OPERATIONS, type OperationName } from '../../protocol/operations.ts';
import { isJsonObject } from '../../token/strict-json.ts';
import { CONTROL_PREFIX } from '../guards/admit-request.ts';
import { listOperationNames } from './routes.ts';

type Json = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document, made from the schemas that validate: it cannot say anything else than what happens.
 */
export function describeApi(baseUrl: string, version: string): Json {
  const schemas: Json = { Problem: PROBLEM_SCHEMA };
  const paths: Record<string, Json> = { '/health': { get: HEALTH } };
  for (const name of listOperationNames()) {
    const { path, method } = OPERATIONS[name];
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(name, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Mintmark control API', version },
    servers: [{ url: `${baseUrl}${CONTROL_PREFIX}` }],
    security: [{ controlToken: [] }],
    paths,
    components: { schemas, securitySchemes: { controlToken: { type: 'http', scheme: 'bearer' } } },
  };
}

function describeOperation(name: OperationName, schemas: Json): Json {
  const { path, method, summary, input, output, ...rest } = OPERATIONS[name];
  const status = 'status' in rest ? rest.status : 200;
  const request = toSchema(`${name}.request`, input, 'input', schemas);
  const properties = isJsonObject(request.properties) ? request.properties : {};
  const required = Array.isArray(request.required) ? request.required.map(String) : [];
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''));
  const others = Object.keys(properties).filter((member) => !inPath.has(member));

  const describeParameter = (member: string): Json => ({
    name: member,
    in: inPath.has(member) ? 'path' : 'query',
    required: inPath.has(member) || required.includes(member),
    schema: properties[member],
  });
  const body = {
    ...request,
    properties: Object.fromEntries(others.map((member) => [member, properties[member]])),
    required: required.filter((member) => !inPath.has(member)),
  };
  const hasBody = method === 'POST' && others.length > 0;
  return {
    operationId: name,
    summary,
    parameters: [...inPath, ...(method === 'POST' ? [] : others)].map(describeParameter),
    ...(hasBody ? { requestBody: { required: body.required.length > 0, content: jsonContent(body) } } : {}),
    responses: {
      [status]: {
        description: 'Done',
        content: jsonContent(toSchema(`${name}.response`, output, 'output', schemas)),
      },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** A zod schema as JSON Schema 2020-12. Its own `$defs` move to the components: `$ref` is relative to the document. */
function toSchema(prefix: string, schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io });
  for (const [key, definition] of Object.entries($defs ?? {})) {
    schemas[`${prefix}.${key}`] = moveReferences(definition, prefix);
  }
  const moved = moveReferences(own, prefix);
  return isJsonObject(moved) ? moved : {};
}

function moveReferences(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, prefix));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string'
        ? [key, item.replace('#/$defs/', `#/components/schemas/${prefix}.`)]
        : [key, moveReferences(item, prefix)],
    ),
  );
}

function jsonContent(schema: Json): Json {
  return { 'application/json': { schema } };
}

/** The one path that needs no credential, since it proves the daemon before one is sent. */
const HEALTH = {
  operationId: 'health',
  summary: 'Is the daemon up? With a nonce: is it the right one?',
  security: [],
  parameters: [{ name: 'Mintmark-Nonce', in: 'header', required: false, schema: { type: 'string' } }],
  responses: {
    200: {
      description: 'Up',
      content: jsonContent({
        type: 'object',
        required: ['status', 'version', 'instance', 'baseUrl'],
        properties: {
          status: { enum: ['ok', 'degraded'] },
          version: { type: 'string' },
          instance: { type: 'string' },
          baseUrl: { type: 'string' },
          proof: { type: 'string' },
        },
      }),
    },
  },
} as const;

/** RFC 9457 §3.1. */
const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    correlationId: { type: 'string' },
  },
} as const;
