import type { z } from 'zod';
import type { openIntegrationRequest, Seat } from '#contract/integrations.ts';
import type { Role } from '#contract/roles.ts';
import { usualOperations } from '#contract/web-api.ts';
import { peopleWithRole, personById } from '#modules/access/index.ts';
import { type Customer, getCustomer } from '#modules/customers/index.ts';
import { expectTicket, noteNumber } from '#modules/desk/index.ts';
import { adoptOpportunity, createOpportunity } from '#modules/pipeline/index.ts';
import { uuidv7 } from '#platform/ids.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { scopeActs } from './act-on-scope.ts';
import { type Dossier, fairlead, openDossier, record, saveDossier } from './dossier.ts';
import { factActor } from './facts.ts';
import { hasOpenIntegration, nextNumber } from './integration-store.ts';
import type { Person } from './permits.ts';
import { currentPlaybook, rowOf } from './playbook.ts';
import { problems } from './problems.ts';

type Request = z.output<typeof openIntegrationRequest>;

/**
 * E1 by a Commercial Director; for a new customer the start of N1 by a Lead Consultant. The opportunity is adopted or
 * made, and followed to the end. Fails with forbidden, integration-exists, seat-empty and person-without-role.
 */
export async function openIntegration(
  work: Work,
  customerId: string,
  request: Request,
  person: Person,
): Promise<Dossier> {
  const isNew = request.origin === 'new';
  const row = rowOf(currentPlaybook, isNew ? 'N1.open' : 'E1');
  if (!row.who.some((who) => person.roles.some((role) => role === who))) throw commonProblems.forbidden();
  const customer = await getCustomer(work.sql, customerId);
  if (customer === undefined) throw notFound();
  if (await hasOpenIntegration(work.sql, customerId, request.name)) throw problems['integration-exists']();
  const { config } = work.platform;
  const id = uuidv7();
  const number = await nextNumber(work.sql);
  const dossier = openDossier(
    customerId,
    id,
    {
      kind: 'opened',
      name: request.name,
      number: `INT-${String(number).padStart(5, '0')}`,
      playbook: currentPlaybook.version,
      origin: isNew ? 'new-undecided' : 'existing',
      serviceModel: customer.serviceModel,
      state: isNew ? 'onboarding' : 'discovery',
      row: row.id,
      seats: await seatsOf(work, customer, request, person),
      filesInARow: config.files.filesInARow,
      monitoringDays: config.fairUse.monitoringDays,
      tracks: [...new Set(request.tracks)],
      webhooks: request.webhooks ?? config.webhooks.defaultDirection,
      dataAudit: request.dataAudit,
      operations: request.operations?.length ? request.operations : [...usualOperations],
      environmentOwner: request.environmentOwner,
      connections: request.connections ?? [],
      ...(request.requester === undefined ? {} : { requester: request.requester }),
    },
    factActor(work.actor),
    work.now,
  );
  if (!isNew || request.opportunity !== undefined) await linkOpportunity(work, dossier, request);
  const { projectReference, contractClause } = request;
  if (isNew && projectReference !== undefined && contractClause !== undefined)
    await scopeActs['record-project'](
      work,
      dossier,
      { action: 'record-project', projectReference, contractClause },
      person,
    );
  // A new customer's integration asks for no ticket by mail; one that is there, or comes, can be linked to it.
  if (isNew) await expectTicket(work, { integrationId: id, title: request.name });
  await noteNumber(work, { number: dossier.integration.number, integrationId: id });
  await saveDossier(work, dossier);
  work.audit({ action: 'integration.open', subject: id });
  return dossier;
}

async function linkOpportunity(work: Work, dossier: Dossier, request: Request): Promise<void> {
  const made =
    request.opportunity === undefined
      ? await createOpportunity(work, { title: request.name, integrationId: dossier.id, stage: 'discovery' })
      : await adoptOpportunity(work, { opportunityId: request.opportunity, integrationId: dossier.id });
  record(work, dossier, { kind: 'linked', what: 'opportunity', id: made.id }, fairlead);
}

/** Who sits where: those named, else whoever opens it in their own role, else the first person of the role. */
async function seatsOf(
  work: Work,
  customer: Customer,
  request: Request,
  person: Person,
): Promise<Partial<Record<Seat, string>>> {
  const wanted: Seat[] =
    request.origin === 'new'
      ? ['lead-consultant', 'integrations-manager']
      : ['commercial-director', 'integrations-manager'];
  if (customer.serviceModel === 'fms') wanted.push('customer-team-lead');
  const seats: Partial<Record<Seat, string>> = {};
  for (const seat of new Set([...wanted, ...(Object.keys(request.people) as Seat[])])) {
    const named = request.people[seat];
    const found =
      named === undefined ? await personFor(work, seat, customer, person) : await holderOf(work, seat, named);
    if (found === undefined) throw problems['seat-empty']({ detail: `Nobody is ${seat}.` });
    seats[seat] = found;
  }
  return seats;
}

async function personFor(
  work: Work,
  seat: Role,
  customer: Customer,
  person: Person,
): Promise<string | undefined> {
  if (person.roles.includes(seat)) return person.id;
  if (seat === 'customer-team-lead' && customer.teamLeadId !== null) return customer.teamLeadId;
  return (await peopleWithRole(work.sql, seat))[0]?.id;
}

async function holderOf(work: Work, seat: Role, id: string): Promise<string> {
  const person = await personById(work.sql, id);
  if (person === undefined || !person.roles.includes(seat)) throw problems['person-without-role']();
  return person.id;
}
