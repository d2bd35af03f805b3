import { z } from 'zod';
import { employeeDocument, employeeInput, employeeSummary } from '#contract/payroll.ts';
import {
  companyDocument,
  companyPage,
  employeeAnswer,
  employeePage,
  environmentDocument,
  eventDocument,
  eventPage,
  problemDocument,
  webApiVersion,
} from '#contract/web-api.ts';
import type { Http } from '#platform/http.ts';
import type { Json } from '#platform/json.ts';
import {
  type AnswerHeader,
  headerComponents,
  headerParameters,
  headersOfAnswer,
  type RequestHeader,
} from './openapi-headers.ts';

type JsonObject = { [key: string]: Json | undefined };

/** A route as it was registered, with the parts that its description is made of. */
export interface DescribedRoute {
  method: string;
  url: string;
  scope: string | undefined;
  reads: RequestHeader[] | undefined;
  sends: Record<string, AnswerHeader[]> | undefined;
  schema: RouteSchema;
}

interface RouteSchema {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  params?: z.ZodType;
  querystring?: z.ZodType;
  body?: z.ZodType;
  response?: Record<string, z.ZodType>;
}

/** Schemas that stand under a name of their own in the description. */
const named = new Map<z.ZodType, string>([
  [companyDocument, 'Company'],
  [companyPage, 'CompanyPage'],
  [employeeDocument, 'Employee'],
  [employeeInput, 'EmployeeInput'],
  [employeeSummary, 'EmployeeSummary'],
  [employeePage, 'EmployeePage'],
  [employeeAnswer, 'EmployeeAnswer'],
  [environmentDocument, 'Environment'],
  [eventDocument, 'Event'],
  [eventPage, 'EventPage'],
  [problemDocument, 'Problem'],
]);

const collected = new WeakMap<object, DescribedRoute[]>();

/** Collects the routes that are registered on this instance from now on. */
export function collectRoutes(v1: Http): DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  collected.set(v1.server, routes);
  v1.addHook('onRoute', (route) => {
    const access = route.config?.access;
    const schema = (route.schema ?? {}) as RouteSchema;
    for (const method of [route.method].flat())
      if (method !== 'HEAD' && schema.operationId !== undefined)
        routes.push({
          method: method.toLowerCase(),
          url: route.url,
          scope: access !== undefined && 'credential' in access ? access.credential : undefined,
          reads: route.config?.reads,
          sends: route.config?.sends,
          schema,
        });
  });
  return routes;
}

/** The OpenAPI 3.1 description of the Web API that an HTTP door serves, made from its routes' own schemas. */
export function openapiDocument(app: Http): JsonObject {
  const routes = collected.get(app.server) ?? [];
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: describeOperation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fairlead Web API',
      version: webApiVersion,
      summary: "Payroll records of one environment, for the customer's own systems.",
      description:
        'Every call carries an API key as a bearer token; the key decides the customer and the environment. Errors are problem details (RFC 9457). New properties may appear in answers at any time: ignore what you do not know.\n\nThe [guide](/docs/guide/start) says how to begin, and how webhooks and files work.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    tags: [...new Set(routes.flatMap((route) => route.schema.tags ?? []))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'fl_test_… opens the sandbox, fl_live_… production.',
        },
      },
      headers: headerComponents(),
      schemas: Object.fromEntries(
        [...named].map(([schema, name]) => [
          name,
          jsonSchema(schema, name === 'EmployeeInput' ? 'input' : 'output', true),
        ]),
      ),
    },
  };
}

/** How every operation refuses. */
const refusals: JsonObject = {
  '401': problemAnswer('The key is missing or no good one', '401', ['www-authenticate']),
  '403': problemAnswer('The key may not do this', '403', ['www-authenticate']),
  '429': problemAnswer('Too many calls at once; wait as long as Retry-After says', '429', ['retry-after']),
  '4XX': problemAnswer('Refused: the problem says what, where and how to fix it', '4XX'),
  '500': problemAnswer('A fault on our side. Read the present state before you repeat a change', '500'),
  '503': problemAnswer('Not done, and nothing was changed: try again', '503'),
  '504': problemAnswer(
    'Not known to be done: it took too long, and part of it may be. Read the present state before you try again',
    '504',
  ),
};

function describeOperation({ schema, scope, reads, sends = {} }: DescribedRoute): JsonObject {
  return {
    operationId: schema.operationId,
    summary: schema.summary,
    description: [schema.description, scope && `Needs the scope \`${scope}\`.`].filter(Boolean).join('\n\n'),
    tags: schema.tags,
    parameters: [
      ...parameters(schema.params, 'path'),
      ...parameters(schema.querystring, 'query'),
      ...headerParameters(reads),
    ],
    ...(schema.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(schema.body, 'input') } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(schema.response ?? {}).map(([status, one]) => [
          status,
          { ...answer(status, one), headers: headersOfAnswer(sends[status], status) },
        ]),
      ),
      ...refusals,
    },
  };
}

function answer(status: string, schema: z.ZodType): JsonObject {
  const description =
    { '200': 'As asked', '201': 'Created', '304': 'Not changed since' }[status] ?? 'Answered';
  if (schema instanceof z.ZodNull || schema instanceof z.ZodVoid) return { description };
  return { description, content: { 'application/json': { schema: jsonSchema(schema, 'output') } } };
}

function problemAnswer(description: string, status: string, sends: AnswerHeader[] = []): JsonObject {
  return {
    description,
    headers: headersOfAnswer(sends, status),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonObject[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...one }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: one,
  }));
}

/** The JSON Schema of a schema; named schemas become references, also where they stand inside another. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', inFull = false): JsonObject {
  const name = named.get(schema);
  if (name !== undefined && !inFull) return { $ref: `#/components/schemas/${name}` };
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: one }) => {
      const inner = named.get(zodSchema as unknown as z.ZodType);
      // A default of what is still text in an address is left out otherwise.
      if (zodSchema instanceof z.ZodDefault) one.default = zodSchema.def.defaultValue as never;
      if (inner === undefined || (zodSchema as unknown) === schema) return simplify(one as JsonObject, io);
      for (const key of Object.keys(one)) delete one[key as keyof typeof one];
      one.$ref = `#/components/schemas/${inner}`;
    },
  });
  const { $schema: _dialect, ...rest } = made as JsonObject & { $schema?: string };
  return rest;
}

/** Answers may gain properties, so theirs stay open; bounds that only say "a safe integer" say nothing to a reader. */
function simplify(one: JsonObject, io: 'input' | 'output'): void {
  if (io === 'output' && one['additionalProperties'] === false) delete one['additionalProperties'];
  const extra = one['additionalProperties'];
  if (extra !== null && typeof extra === 'object' && Object.keys(extra).length === 0)
    one['additionalProperties'] = true;
  // A number in an address: its digits are the number's only spelling.
  if (one['type'] === 'integer') delete one['pattern'];
  if (one['minimum'] === Number.MIN_SAFE_INTEGER) delete one['minimum'];
  if (one['maximum'] === Number.MAX_SAFE_INTEGER) delete one['maximum'];
}
