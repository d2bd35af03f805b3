import fc from 'fast-check';
import { employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import { makeApiKey } from '../../modules/credentials/api-key.ts';

/** Who calls: with the key, as one of the vendor's or the customer's people, or nobody. */
export const callers = ['key', 'director', 'manager', 'developer', 'nobody'] as const;

/** A call near those that make sense, with a fault here and there. */
export interface GeneratedCall {
  caller: (typeof callers)[number];
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** What the pool of a run knows: addresses as routes write them, and ids of what exists, by the parameter's name. */
export interface Pool {
  routes: { method: string; url: string }[];
  known: Record<string, string[]>;
}

/** Values that were accepted, read differently or answered by a fault somewhere. */
const nasty = [
  '',
  ' ',
  '0',
  '-1',
  '+5',
  '0x10',
  '1e2',
  '1.5',
  'null',
  'undefined',
  'NaN',
  '99999999999999999999',
  '٣',
  '１２',
  'a\u0000b',
  'a\u200bb',
  'a\u202eb',
  'a\u2028b',
  '\ufeffa',
  'a\ufffdb',
  'e\u0301',
  'Ā',
  '👩‍🚒',
  'a\r\nb',
  '\u0007',
  '../..',
  '..%2f',
  '%',
  '%zz',
  '%ff',
  '%00',
  '%E2%80%8B',
  'a/b',
  'a b',
  "'; drop table x--",
  '<script>',
  '__proto__',
  'constructor',
  'x'.repeat(199),
  'x'.repeat(300),
  'x'.repeat(5_000),
  '2026-02-30',
  '9999-12-31',
  '0000-00-00',
  'true',
  '[]',
  '{}',
  '•••',
  makeApiKey('sandbox'),
]; // prettier-ignore

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...nasty),
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 1.5, 2 ** 53, [], {}, [[[]]], [null], {
    a: { b: { c: 1 } },
  }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

/** A JSON value with some of its members replaced, left out, added or written twice. */
function near(value: unknown, faults: number): fc.Arbitrary<string> {
  const paths = pathsOf(value);
  const change = fc.record({
    at: fc.constantFrom(...paths),
    how: fc.constantFrom('replace', 'remove', 'add', 'wrap'),
    what: odd,
  });
  return fc.array(change, { maxLength: faults }).map((changes) => {
    let changed: unknown = structuredClone(value);
    for (const { at, how, what } of changes) changed = changeAt(changed, at, how, what);
    return JSON.stringify(changed);
  });
}

type Path = (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]))];
}

function changeAt(value: unknown, at: Path, how: string, what: unknown): unknown {
  const [name, ...rest] = at;
  if (name === undefined) return how === 'wrap' ? [value] : how === 'add' ? value : what;
  if (value === null || typeof value !== 'object') return value;
  const holder = value as Record<string, unknown>;
  if (rest.length > 0 || how === 'replace' || how === 'wrap')
    holder[name] = changeAt(holder[name], rest, how, what);
  else if (how === 'remove') delete holder[name];
  else holder[`${name}X`] = what;
  return value;
}

const employees = [1, 2, 3].map((n) => employeeInputOf(generatePerson(11, n)));
const bodies: unknown[] = [
  ...employees,
  { payRates: employees[0]?.payRates },
  { person: employees[1]?.person, effectiveFrom: '2026-05-01' },
  { label: 'HR system', url: 'https://hr.customer.example/hooks', eventTypes: [] },
  { label: 'HR system' },
  { name: 'Olive Owner', email: 'olive@customer.example', kind: 'developer' },
  { code: 'NEWCO', name: 'New company', serviceModel: 'saas', headCount: 12 },
  { code: 'KOW02', name: 'Kōwhai Two', timeZone: 'Pacific/Auckland' },
  { label: 'Key', purpose: 'To try', scopes: ['employees:read'] },
  { text: 'Kia ora,\r\n\r\nall is well.' },
  { reason: 'because it was wrong', title: 'A title', amountCents: 100 },
  { id: 'flt_1', kind: 'TypeError', places: ['index.js:1:1'] },
];
/** Mostly employees, on whose addresses they are. */
const employee = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...bodies.slice(0, 5)).map((value) => JSON.stringify(value)) },
  { weight: 8, arbitrary: fc.constantFrom(...bodies.slice(0, 5)).chain((value) => near(value, 1)) },
  { weight: 1, arbitrary: fc.constantFrom(...bodies).chain((value) => near(value, 3)) },
);
const malformed = [
  '',
  '{',
  '{"a":1,"a":2}',
  '[',
  'null',
  '"text"',
  '{"a":"\\ud800"}',
  '\ufeff{}',
  '{"a":1}}',
  '['.repeat(2_000),
];
const body = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...bodies).chain((value) => near(value, 2)) },
  { weight: 1, arbitrary: fc.constantFrom(...malformed) },
  { weight: 1, arbitrary: fc.json() },
);

const others: [name: string, values: string[]][] = [
  ['if-match', ['*', '"1"', 'W/"1-00000000"', '"1", "2"', '"x,y"', '1', '"0"', '"999999999"']],
  ['if-none-match', ['*', '"1"', 'W/"x"', 'y']],
  ['fairlead-version', ['2026-11-01', '2025-01-01', '']],
  ['fairlead-environment', ['sandbox', 'production', 'x']],
  ['accept-encoding', ['gzip', 'br', 'identity;q=0', '*', 'x']],
  ['content-encoding', ['gzip', 'identity', 'x']],
  ['prefer', ['respond-async', 'wait=5', 'wait=x']],
  ['x-http-method-override', ['DELETE']],
];
/** Most callers send JSON as JSON, and nothing beside it. */
const headers = fc.record({
  type: fc.oneof(
    { weight: 12, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom('application/json; charset=utf-8', 'text/xml', 'text/csv', 'x') },
  ),
  other: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Record<string, string>>({}) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...others)
        .chain(([name, values]) => fc.constantFrom(...values).map((value) => ({ [name]: value }))),
    },
  ),
});

const names = [
  'after',
  'limit',
  'cursor',
  'search',
  'status',
  'view',
  'with_total',
  'as_of',
  'validate_only',
  'before',
  'x',
];
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(...names),
      fc.oneof(fc.constantFrom('1', '10', 'true', '2026-06-01', 'a'), fc.constantFrom(...nasty)),
    ),
    { maxLength: 2 },
  )
  .map((pairs) =>
    pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${escaped(value)}`).join('&')}`,
  );

/** Escapes what no address can hold, and leaves a faulty escape as it is. */
function escaped(text: string): string {
  if (/^%|%2f$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed());
}

/** Calls near the routes of a server. */
export function generatedCalls({ routes, known }: Pool): fc.Arbitrary<GeneratedCall> {
  const part = (name: string) =>
    fc.oneof(
      { weight: 14, arbitrary: fc.constantFrom(...(known[name] ?? ['1'])) },
      { weight: 1, arbitrary: fc.constantFrom(...nasty.filter((text) => text !== '')).map(escaped) },
    );
  const path = fc.constantFrom(...routes).chain(({ method, url }) => {
    const parts = url
      .split('/')
      .map((text) => (text.startsWith(':') ? part(text.slice(1)) : fc.constant(text)));
    return fc.tuple(
      fc.constant(method),
      fc.tuple(...parts).map((given) => given.join('/').replace('*', 'x')),
    );
  });
  return fc
    .record({
      caller: fc.constantFrom(...callers),
      path,
      other: fc.oneof(
        { weight: 9, arbitrary: fc.constant(undefined) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'GET',
            'PUT',
            'POST',
            'PATCH',
            'DELETE',
            'OPTIONS',
            'HEAD',
            'TRACE',
            'LINK',
          ),
        },
      ),
      query: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: query }),
      headers,
      any: body,
      employee,
    })
    .map((given) => {
      const method = given.other ?? given.path[0];
      const bodied = !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method);
      const { 'content-encoding': encoding, ...plain } = given.headers.other;
      const isV1 = given.path[1].startsWith('/v1');
      return {
        caller: isV1 && given.caller !== 'nobody' ? 'key' : given.caller,
        method,
        path: given.path[1] + given.query,
        headers: bodied
          ? {
              ...plain,
              'content-type': given.headers.type,
              ...(encoding ? { 'content-encoding': encoding } : {}),
            }
          : plain,
        body: bodied ? (isV1 ? given.employee : given.any) : undefined,
      };
    });
}
