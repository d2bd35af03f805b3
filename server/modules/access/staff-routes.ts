import { z } from 'zod';
import { changePersonBody, delegateBody, delegationView, staffList, staffView } from '#contract/access.ts';
import { idOf, parseId } from '#contract/ids.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { changePerson } from './change-person.ts';
import { delegate, endDelegation } from './delegate.ts';
import { type Delegation, delegationsFrom } from './delegation-store.ts';
import type { StaffPerson } from './person.ts';
import { staff } from './person-store.ts';

const tags = ['people'];
const ofPerson = z.object({ person: idOf('per') });

/** The vendor's people as they come, change and go, and who stands in for whom. */
export function staffRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/staff',
    {
      config: { access: { staff: 'any' } },
      schema: { summary: 'Who is here, and who stands in for whom', tags, response: { 200: staffList } },
    },
    async () => {
      const today = platform.clock.now().toZonedDateTimeISO(platform.config.vendor.timeZone).toPlainDate();
      const [people, delegations] = await read(platform, {}, (sql) =>
        Promise.all([staff(sql), delegationsFrom(sql, today.toString())]),
      );
      const names = new Map(people.map((person) => [person.id, person.name]));
      return {
        items: people.map(showStaff),
        delegations: delegations.map((one) => showDelegation(one, names)),
      };
    },
  );
  app.put(
    '/api/people/:person',
    {
      config: { access: { staff: ['administrator'], themselves: true } },
      schema: {
        summary: "Change one of the vendor's people, or let them go",
        tags,
        params: ofPerson,
        body: changePersonBody,
        response: { 200: staffView },
      },
    },
    async (request) =>
      showStaff(
        await transact(platform, {}, request.actor, (work) =>
          changePerson(work, request.params.person, request.body),
        ),
      ),
  );
  app.post(
    '/api/people/:person/delegations',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Have another person act for this one while they are away',
        tags,
        params: ofPerson,
        body: delegateBody,
        response: { 201: delegationView },
      },
    },
    async (request, reply) => {
      const { startsOn, endsOn } = request.body;
      const made = await transact(platform, {}, request.actor, async (work) => {
        const delegation = await delegate(work, {
          personId: request.params.person,
          delegateId: parseId('per', request.body.delegate) ?? '',
          startsOn,
          endsOn,
        });
        return { delegation, people: await staff(work.sql) };
      });
      const names = new Map(made.people.map((person) => [person.id, person.name]));
      return reply.code(201).send(showDelegation(made.delegation, names));
    },
  );
  app.delete(
    '/api/people/:person/delegations/:delegation',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'End a delegation',
        tags,
        params: ofPerson.extend({ delegation: idOf('dlg') }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { person, delegation } = request.params;
      await transact(platform, {}, request.actor, (work) =>
        endDelegation(work, { personId: person, delegationId: delegation }),
      );
      return reply.code(204).send(null);
    },
  );
}

function showStaff(person: StaffPerson) {
  return {
    id: showId('per', person.id),
    name: person.name,
    email: person.email,
    roles: person.roles,
    customer: null,
    active: person.active,
    lastDay: person.lastDay,
  };
}

function showDelegation(delegation: Delegation, names: Map<string, string>) {
  const named = (id: string) => ({ id: showId('per', id), name: names.get(id) ?? '' });
  return {
    id: showId('dlg', delegation.id),
    person: named(delegation.personId),
    delegate: named(delegation.delegateId),
    startsOn: delegation.startsOn,
    endsOn: delegation.endsOn,
  };
}
