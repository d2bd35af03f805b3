import type { AllowedAction, IntegrationActionName } from '#contract/integrations.ts';
import { gateStatus, gatesThatCount, isPassed, openGates, stepsBeforeLive, trackStepState } from './gates.ts';
import type { Integration } from './integration.ts';
import { isPermitted, mayConfirm, mayWaive, type Person } from './permits.ts';
import { playbookOf, rowOf } from './playbook.ts';

const single: IntegrationActionName[] = [
  'record-discovery',
  'answer-consultation',
  'ask-for-more',
  'record-meeting',
  'invite-to-meeting',
  'cancel-invitation',
  'request-estimate',
  'link-ticket',
  'link-opportunity',
  'link-card',
  'change-scope',
  'skip-step',
  'assign-card',
  'start-tracks',
  'issue-production-key',
  'confirm-satisfied',
  'record-project',
  'decide-scope',
  'decide-change',
  'engage',
  'revisit-scope',
  'start-monitoring',
  'close',
  'plan',
  'hold',
  'resume',
  'reassign',
  'reopen',
  'cancel',
];

/** The acts that carry the process on; the others stand beside them. */
const onward: ReadonlySet<IntegrationActionName> = new Set([
  'record-discovery',
  'answer-consultation',
  'record-meeting',
  'request-estimate',
  'assign-card',
  'start-tracks',
  'issue-production-key',
  'confirm-satisfied',
  'record-project',
  'decide-scope',
  'engage',
  'start-monitoring',
  'close',
  'resume',
  'reopen',
]);

const stepOf: Partial<Record<IntegrationActionName, string>> = {
  'record-discovery': 'E2',
  'answer-consultation': 'E3',
  'ask-for-more': 'E3',
  'record-meeting': 'E4',
  'invite-to-meeting': 'E4',
  'cancel-invitation': 'E4',
  'request-estimate': 'E4',
  'change-scope': 'E4',
  'link-ticket': 'E5',
  'assign-card': 'E12',
  'start-tracks': 'E13',
  'issue-production-key': 'W6',
  'confirm-satisfied': 'W6',
  'record-project': 'N1',
  'decide-scope': 'N2',
  'decide-change': 'N4.approved',
  engage: 'N5',
  'start-monitoring': 'E15.monitoring',
  close: 'E15.closed',
};

type Allowed = Omit<AllowedAction, 'title'>;

/** What a viewer may do now, the acts that carry the process on first. */
export function allowedActions(integration: Integration, viewer: Person): Allowed[] {
  const actions: Allowed[] = single
    .filter((action) => isPermitted(action, viewer, integration) && isReady(action, integration))
    .map((action) => {
      const step = action === 'assign-card' && integration.state === 'engaged' ? 'N6' : stepOf[action];
      const primary =
        onward.has(action) || (action === 'decide-change' && integration.state === 'out-of-scope');
      return { action, ...(step === undefined ? {} : { step }), primary };
    });
  for (const gate of playbookOf(integration.playbook).gates) {
    if (mayConfirm(gate, viewer, integration))
      actions.push({
        action: 'confirm-gate',
        gate: gate.id,
        primary: gate.whom === 'customer' && viewer.customerId !== null,
      });
    if (mayWaive(gate, viewer, integration))
      actions.push({ action: 'waive-gate', gate: gate.id, primary: false });
  }
  return actions.sort((a, b) => Number(b.primary) - Number(a.primary));
}

/** What would fail on an open gate is not offered. */
function isReady(action: IntegrationActionName, integration: Integration): boolean {
  const gatesOf = (row: string) => openGates(rowOf(playbookOf(integration.playbook), row).gates, integration);
  switch (action) {
    case 'request-estimate':
      return gatesOf('E4').length === 0;
    case 'record-meeting':
      return gatesOf('E4').length > 0;
    case 'cancel-invitation':
      return integration.invitation !== undefined && integration.invitation.cancelledAt === undefined;
    case 'start-tracks':
      return gatesOf('E13').length === 0;
    case 'link-ticket':
      return integration.links.ticket === undefined;
    case 'link-opportunity':
      return integration.links.opportunity === undefined;
    case 'link-card':
      return integration.links.card === undefined;
    case 'assign-card':
      return integration.state !== 'development' || gatesOf('E13').length > 0;
    case 'close':
      return gatesOf('E15.closed').length === 0;
    case 'issue-production-key':
    case 'confirm-satisfied': {
      if (!integration.tracks.includes('web-api') || integration.live['web-api'] !== undefined) return false;
      const ready = stepsBeforeLive(integration, 'web-api').every(
        (step) => !['open', 'stale'].includes(trackStepState(step, integration)),
      );
      const issued = gatesThatCount(['W6.credentials'], integration).every((gate) =>
        isPassed(gateStatus(gate, integration)),
      );
      return ready && (action === 'issue-production-key' ? !issued : issued);
    }
    default:
      return true;
  }
}
