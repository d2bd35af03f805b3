import { environmentsOf } from '#modules/customers/index.ts';
import type { Consumer } from '#platform/consume.ts';
import type { StoredEvent, Stream } from '#platform/events.ts';
import type { Work } from '#platform/transact.ts';
import { applyEvent } from './apply-event.ts';
import { customerRules } from './customer-rules.ts';
import { type Dossier, dossierOf, saveDossier } from './dossier.ts';
import { environmentRules } from './environment-rules.ts';
import { idIn, type Rule, sourceOf } from './evidence.ts';
import { lockOpenIntegrations, readIntegration } from './integration-store.ts';
import { ownersOf } from './owners-of-evidence.ts';

/** Follows the customer and environment streams and turns what happened into gates that pass, and gates into moves. */
export const followLog: Consumer = {
  name: 'integrations',
  kinds: ['environment', 'customer'],
  async handle(work, events, stream) {
    const telling = events.filter(
      (event) => ruleOf(event, stream) !== undefined || isConfigured(event, stream),
    );
    if (telling.length === 0 || stream.customerId === null) return;
    const cases = new Map<string, Dossier>();
    if (stream.kind === 'environment')
      for (const { id, folded } of await lockOpenIntegrations(work.sql, stream.customerId))
        cases.set(id, dossierOf(stream.customerId, id, folded));
    const environment = await environmentKind(work, stream);
    for (const event of telling) {
      if (stream.kind === 'customer') await takeNamed(work, cases, stream.customerId, event);
      const open = [...cases.values()];
      const named = (dossier: Dossier) => isNamed(event, dossier);
      for (const dossier of stream.kind === 'environment' ? ownersOf(event, open) : open.filter(named))
        await applyEvent(work, dossier, event, environment);
    }
    for (const dossier of cases.values()) await saveDossier(work, dossier);
  },
};

function ruleOf(event: StoredEvent, stream: Stream): Rule | undefined {
  return (stream.kind === 'environment' ? environmentRules : customerRules)[event.type];
}

function isConfigured(event: StoredEvent, stream: Stream): boolean {
  return stream.kind === 'environment' && sourceOf(event) !== undefined;
}

function isNamed(event: StoredEvent, dossier: Dossier): boolean {
  return idIn(event, 'integrationId', 'int') === dossier.id;
}

async function takeNamed(
  work: Work,
  cases: Map<string, Dossier>,
  customerId: string,
  event: StoredEvent,
): Promise<void> {
  const id = idIn(event, 'integrationId', 'int');
  if (id === undefined || cases.has(id)) return;
  const integration = await readIntegration(work.sql, customerId, id, true);
  if (integration !== undefined) cases.set(id, dossierOf(customerId, id, integration));
}

async function environmentKind(work: Work, stream: Stream): Promise<'sandbox' | 'production' | undefined> {
  if (stream.kind !== 'environment' || stream.customerId === null) return undefined;
  const environments = await environmentsOf(work.sql, stream.customerId);
  return environments.find((one) => one.id === stream.environmentId)?.kind;
}
