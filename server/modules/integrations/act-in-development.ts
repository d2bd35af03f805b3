import { type ApiKeyScope, apiKeyScopes, defaultApiKeyScopes } from '#contract/credentials.ts';
import type { IntegrationAction } from '#contract/integrations.ts';
import { personById } from '#modules/access/index.ts';
import { issueApiKey } from '#modules/credentials/index.ts';
import { contactsOf, environmentsOf } from '#modules/customers/index.ts';
import { assignTicket } from '#modules/desk/index.ts';
import { assignCard, cardOfIntegration } from '#modules/pipeline/index.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import type { Acts } from './act.ts';
import { type Dossier, fairlead, record } from './dossier.ts';
import { expectGatesPassed } from './expect-gates.ts';
import type { Plan } from './facts.ts';
import { gateStatus, gatesThatCount, isPassed, stepsBeforeLive, trackStepState } from './gates.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { problems } from './problems.ts';
import { takeRow } from './settle.ts';

type PlanAction = Extract<IntegrationAction, { action: 'plan' | 'start-tracks' }>;

/** E12/N6, E13, the plan, and going live with the Web API (W6). */
export const developmentActs: Acts<
  'assign-card' | 'start-tracks' | 'plan' | 'issue-production-key' | 'confirm-satisfied'
> = {
  'assign-card': async (work, dossier, { person: wanted }) => {
    const { integration } = dossier;
    const assigneeId = wanted ?? integration.seats['integrations-manager'];
    const assignee = assigneeId === undefined ? undefined : await personById(work.sql, assigneeId);
    if (assignee === undefined) throw problems['seat-empty']();
    if (!assignee.roles.includes('integrations-manager')) throw problems['person-without-role']();
    const card = await cardOfIntegration(work.sql, dossier.customerId, dossier.id);
    if (card === undefined) throw problems['integration-not-there-yet']({ detail: 'There is no card yet.' });
    // A card that was given too early, or by somebody else, is given anew: only that is the signal.
    if (card.assigneeId === assignee.id) await assignCard(work, { cardId: card.id, assigneeId: null });
    await assignCard(work, { cardId: card.id, assigneeId: assignee.id });
    const { ticket } = integration.links;
    if (integration.state === 'engaged' && ticket !== undefined)
      await assignTicket(work, { ticketId: ticket, assigneeId: assignee.id });
    if (integration.seats['integrations-manager'] !== assignee.id)
      record(work, dossier, {
        kind: 'reassigned',
        seat: 'integrations-manager',
        person: assignee.id,
        reason: '',
      });
  },

  'start-tracks': async (work, dossier, action) => {
    expectGatesPassed(dossier, 'E13');
    const plan = planOf(action);
    if (Object.keys(plan).length > 0) recordPlan(work, dossier, plan);
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'E13'));
  },

  plan: async (work, dossier, action, person) => {
    const plan = planOf(action);
    const names = Object.keys(plan);
    if (names.length === 0) throw problems['nothing-to-change']();
    // The customer may say which way webhooks go, and nothing else of the plan.
    if (person.customerId !== null && names.some((name) => name !== 'webhooks'))
      throw commonProblems.forbidden();
    recordPlan(work, dossier, plan);
  },

  'issue-production-key': async (work, dossier, { contactEmail, scopes }) => {
    expectTrack(dossier);
    expectStepsPassed(dossier);
    const contact = await contactFor(work, dossier, contactEmail);
    const environments = await environmentsOf(work.sql, dossier.customerId);
    const production = environments.find((one) => one.kind === 'production');
    if (production === undefined) throw notFound();
    await issueApiKey(work, {
      customerId: dossier.customerId,
      environmentId: production.id,
      environment: 'production',
      label: dossier.integration.name.slice(0, 80),
      scopes: scopesOf(scopes),
      contact,
      integrationId: dossier.id,
    });
    record(work, dossier, {
      kind: 'noted',
      sentence: `A one-time link to the production key went to ${contact.name}.`,
    });
  },

  'confirm-satisfied': async (work, dossier, { statement }) => {
    expectTrack(dossier);
    if (dossier.integration.live['web-api'] !== undefined) throw problems['gate-passed']();
    expectStepsPassed(dossier);
    const open = gatesThatCount(['W6.credentials'], dossier.integration).filter(
      (gate) => !isPassed(gateStatus(gate, dossier.integration)),
    );
    if (open.length > 0)
      throw problems['gates-open']({
        errors: open.map((gate) => ({
          pointer: `/gates/${gate.id}`,
          detail: `${gate.title}: ${gate.awaits}`,
        })),
      });
    record(work, dossier, { kind: 'gate_confirmed', gate: 'W6.satisfied', statement });
  },
};

/** Records a plan; what people said of the operations before does not hold for more of them. */
function recordPlan(work: Work, dossier: Dossier, plan: Partial<Plan>): void {
  const before = dossier.integration.operations;
  record(work, dossier, { kind: 'planned', plan });
  const { integration } = dossier;
  const added = integration.operations.filter((one) => !before.includes(one));
  if (added.length === 0 || integration.live['web-api'] !== undefined) return;
  for (const gate of playbookOf(integration.playbook).gates) {
    if (gate.binds?.includes('api') !== true || gateStatus(gate, integration) !== 'confirmed') continue;
    const sentence = `The integration needs ${added.join(', ')} too. ${gate.again ?? 'Show it again.'}`;
    const source = { source: 'plan', fingerprint: fingerprint(integration.operations) };
    record(work, dossier, { kind: 'gate_stale', gate: gate.id, ...source, sentence }, fairlead);
  }
}

function planOf({
  tracks,
  webhooks,
  dataAudit,
  operations,
  environmentOwner,
  connections,
}: PlanAction): Partial<Plan> {
  const plan: Partial<Plan> = {};
  if (tracks !== undefined) plan.tracks = [...new Set(tracks)];
  if (webhooks !== undefined) plan.webhooks = webhooks;
  if (dataAudit !== undefined) plan.dataAudit = dataAudit;
  if (operations !== undefined) plan.operations = [...new Set(operations)];
  if (environmentOwner !== undefined) plan.environmentOwner = environmentOwner;
  if (connections !== undefined) plan.connections = [...new Set(connections)];
  return plan;
}

function expectTrack({ integration }: Dossier): void {
  if (!integration.tracks.includes('web-api')) throw problems['track-not-chosen']();
}

/** W1 to W5 have passed and none is stale: only then may production begin. */
function expectStepsPassed({ integration }: Dossier): void {
  const open = stepsBeforeLive(integration, 'web-api').filter((step) =>
    ['open', 'stale'].includes(trackStepState(step, integration)),
  );
  if (open.length > 0)
    throw problems['gates-open']({
      errors: open.map((step) => ({
        pointer: `/steps/${step.id}`,
        detail: `${step.title} is ${trackStepState(step, integration)}`,
      })),
    });
}

async function contactFor(work: Work, dossier: Dossier, email: string | undefined) {
  const contacts = await contactsOf(work.sql, dossier.customerId);
  const wanted = email?.toLowerCase();
  const requester = dossier.integration.requester?.email.toLowerCase();
  const contact =
    wanted === undefined
      ? (contacts.find((one) => one.kind === 'developer') ??
        contacts.find((one) => one.email === requester) ??
        contacts.find((one) => one.kind === 'project-owner'))
      : contacts.find((one) => one.email === wanted);
  if (contact === undefined) throw problems['no-contact']();
  return { name: contact.name, email: contact.email };
}

function scopesOf(wanted: string[] | undefined): ApiKeyScope[] {
  if (wanted === undefined) return defaultApiKeyScopes;
  const unknown = wanted.filter((one) => !(apiKeyScopes as readonly string[]).includes(one));
  if (unknown.length > 0)
    throw commonProblems['invalid-request']({
      errors: [{ pointer: '/scopes', detail: `must be among ${apiKeyScopes.join(', ')}` }],
    });
  return wanted as ApiKeyScope[];
}
