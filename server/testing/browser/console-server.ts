import type { AddressInfo } from 'node:net';
import type { Role } from '#contract/roles.ts';
import { authenticateKey } from '#modules/credentials/index.ts';
import type { Actor } from '#platform/actor.ts';
import type { Http } from '#platform/http.ts';
import { parseId } from '#platform/ids.ts';
import type { Json } from '#platform/json.ts';
import { buildConsole } from '../../cli/build-console.ts';
import { consoleFiles } from '../../doors/http/console-files.ts';
import { buildHttp } from '../../doors/http/open-http.ts';
import { modules } from '../../wiring.ts';
import { openTestDatabase, type TestDatabase } from '../database.ts';
import { makePerson } from '../factories.ts';

type Person = Actor & { kind: 'person' };

/** An answer as JSON; tests read what they need of it. */
export type Answer = { [name: string]: Json } & { id: string; items: Answer[] };

/** The built console on a server of its own; a browser is whoever the header says. */
export interface ConsoleServer {
  base: string;
  /** The header by which the server knows a person. */
  headersOf(person: Actor): Record<string, string>;
  call(caller: Actor | { key: string } | null, method: string, path: string, body?: unknown): Promise<Answer>;
  person(roles: Role[], name: string, customer?: string): Promise<Person>;
  /** Cuts every connection, as a restart would. */
  cutConnections(): void;
  /** The database behind it, for what would come from elsewhere. */
  database: TestDatabase;
  close(): Promise<void>;
}

const header = 'x-test-actor';

/** Opens the console with every module on a database of its own. */
export async function openConsoleServer(): Promise<ConsoleServer> {
  await buildConsole();
  const t = await openTestDatabase();
  const actors = new Map<string, Actor>();
  const app: Http = await buildHttp(t.platform, modules, {
    authenticator: {
      person: async (headers) => actors.get(String(headers[header])),
      credential: (token, address) => authenticateKey(t.platform, token, address),
    },
    extend: async (door) => {
      // Who is who stands in a header here, not in a session: the library behind sign-in has nothing to list.
      door.get('/api/auth/passkey/list-user-passkeys', { config: { access: { public: true } } }, async () => [
        { id: 'pk_1', name: 'Firefox, Windows', createdAt: '2026-11-03T09:12:00Z' },
        { id: 'pk_2', name: null, createdAt: null },
      ]);
      await consoleFiles(door);
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const known = (actor: Actor) => {
    actors.set(actor.id, actor);
    return actor;
  };
  const headersOf = (actor: Actor): Record<string, string> => ({ [header]: known(actor).id });
  return {
    base,
    headersOf,
    call: async (caller, method, path, body) => {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          ...(caller === null
            ? {}
            : 'key' in caller
              ? { authorization: `Bearer ${caller.key}` }
              : headersOf(caller)),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
      return (text ? JSON.parse(text) : {}) as Answer;
    },
    person: async (roles, name, customer) =>
      known(
        await makePerson(t.platform, {
          roles,
          name,
          ...(customer === undefined ? {} : { customerId: parseId('cus', customer) ?? '' }),
        }),
      ) as Person,
    cutConnections: () => app.server.closeAllConnections(),
    database: t,
    close: async () => {
      await app.close();
      await t.close();
    },
  };
}
