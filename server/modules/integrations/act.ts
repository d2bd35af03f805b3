import type { IntegrationAction, IntegrationActionName } from '#contract/integrations.ts';
import type { Work } from '#platform/transact.ts';
import { alwaysActs } from './act-at-any-time.ts';
import { developmentActs } from './act-in-development.ts';
import { discoveryActs } from './act-in-discovery.ts';
import { gateActs } from './act-on-gates.ts';
import { invitationActs } from './act-on-invitation.ts';
import { linkActs } from './act-on-links.ts';
import { meetingActs } from './act-on-meeting.ts';
import { scopeActs } from './act-on-scope.ts';
import { type Dossier, saveDossier, takeDossier } from './dossier.ts';
import { expectPermitted, type Person } from './permits.ts';
import { settle } from './settle.ts';

/** One person's act on an integration in hand. */
export type Act<N extends IntegrationActionName> = (
  work: Work,
  dossier: Dossier,
  action: Extract<IntegrationAction, { action: N }>,
  person: Person,
) => Promise<void>;

/** Acts by name; each file of acts gives some of them. */
export type Acts<N extends IntegrationActionName> = { [K in N]: Act<K> };

const acts: Acts<IntegrationActionName> = {
  ...discoveryActs,
  ...meetingActs,
  ...invitationActs,
  ...linkActs,
  ...developmentActs,
  ...gateActs,
  ...scopeActs,
  ...alwaysActs,
};

/**
 * Does what a person asks for, when role and state allow it, then takes every row whose gates have passed by it.
 * Fails with forbidden, integration-not-there-yet, integration-on-hold or gates-open, and changes nothing then.
 */
export async function actOnIntegration(
  work: Work,
  customerId: string,
  integrationId: string,
  action: IntegrationAction,
  person: Person,
): Promise<Dossier> {
  const dossier = await takeDossier(work, customerId, integrationId);
  expectPermitted(action.action, person, dossier.integration);
  const act = acts[action.action] as Act<IntegrationActionName>;
  await act(work, dossier, action, person);
  await settle(work, dossier);
  await saveDossier(work, dossier);
  work.audit({
    action: `integration.${action.action}`,
    subject: integrationId,
    ...('gate' in action ? { detail: { gate: action.gate } } : {}),
  });
  return dossier;
}
