import type { IntegrationPhase, IntegrationState } from '#contract/integrations.ts';

const phases: Record<IntegrationState, IntegrationPhase> = {
  onboarding: 'scope',
  'scope-decision': 'scope',
  'in-scope': 'scope',
  'out-of-scope': 'scope',
  'change-approved': 'scope',
  engaged: 'scope',
  discovery: 'discovery',
  consulting: 'discovery',
  'customer-meeting': 'discovery',
  'estimate-requested': 'estimate',
  estimating: 'estimate',
  'in-review': 'estimate',
  refining: 'estimate',
  finalised: 'estimate',
  sent: 'sign-off',
  'signed-off': 'sign-off',
  development: 'development',
  tracks: 'development',
  live: 'live',
  monitoring: 'live',
  closed: 'ended',
  declined: 'ended',
  expired: 'ended',
  cancelled: 'ended',
  'change-rejected': 'ended',
};

/** Whether an integration in this state is done with its ticket and its opportunity: live, or ended. */
export function isOver(state: IntegrationState): boolean {
  return phases[state] === 'live' || phases[state] === 'ended';
}

/** The column of the pipeline that a state belongs to. */
export function phaseOf(state: IntegrationState): IntegrationPhase {
  return phases[state];
}
