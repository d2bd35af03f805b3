import { createPersonBody, meView, peopleList, personView } from '#contract/access.ts';
import { businessDayHours } from '#platform/config.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { invitePerson } from './invite-person.ts';
import type { Person } from './person.ts';
import { customerOf, peopleOf } from './person-store.ts';

/** Who am I, and the vendor's people. */
export function routes(app: Http, platform: Platform): void {
  app.get(
    '/api/me',
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'The signed-in person', tags: ['people'], response: { 200: meView } },
    },
    async (request) => {
      const { actor } = request;
      if (actor.kind !== 'person') throw commonProblems['signed-out']();
      const customer =
        actor.customerId === null
          ? null
          : await read(platform, { customerId: actor.customerId }, (sql) =>
              customerOf(sql, actor.customerId ?? ''),
            );
      const { vendor, server, webhooks } = platform.config;
      return {
        person: showPerson(actor),
        customer: customer && { id: showId('cus', customer.id), code: customer.code, name: customer.name },
        vendor: {
          name: vendor.name,
          timeZone: vendor.timeZone,
          currency: vendor.currency,
          businessDayHours: businessDayHours(platform.config),
          webhooks: webhooks.defaultDirection,
        },
        demonstration: server.mode === 'demonstration',
        now: platform.clock.now().toString(),
      };
    },
  );
  app.get(
    '/api/people',
    {
      config: { access: { staff: 'any' } },
      schema: { summary: "The vendor's people", tags: ['people'], response: { 200: peopleList } },
    },
    async () => ({ items: (await read(platform, {}, (sql) => peopleOf(sql, null))).map(showPerson) }),
  );
  app.post(
    '/api/people',
    {
      config: { access: { staff: ['administrator'], themselves: true } },
      schema: {
        summary: "Add one of the vendor's people and invite them by mail",
        tags: ['people'],
        body: createPersonBody,
        response: { 201: personView },
      },
    },
    async (request, reply) => {
      const person = await transact(platform, {}, request.actor, (work) => invitePerson(work, request.body));
      return reply.code(201).send(showPerson(person));
    },
  );
}

function showPerson(person: Person) {
  return {
    id: showId('per', person.id),
    name: person.name,
    email: person.email,
    roles: person.roles,
    customer: person.customerId === null ? null : showId('cus', person.customerId),
  };
}
