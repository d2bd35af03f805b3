import { z } from 'zod';

/** Everything an integration can be in, the main path first and in its order; the words are those of the implementation process. */
export const integrationStates = [
  'discovery',
  'consulting',
  'customer-meeting',
  'estimate-requested',
  'estimating',
  'in-review',
  'refining',
  'finalised',
  'sent',
  'signed-off',
  'development',
  'tracks',
  'live',
  'monitoring',
  'closed',
  'declined',
  'expired',
  'cancelled',
  'onboarding',
  'scope-decision',
  'in-scope',
  'out-of-scope',
  'change-approved',
  'change-rejected',
  'engaged',
] as const;
export const integrationState = z.enum(integrationStates);
export type IntegrationState = (typeof integrationStates)[number];

/** How a state is written on screens. */
export const integrationStateNames: Record<IntegrationState, string> = {
  discovery: 'Discovery',
  consulting: 'Consulting',
  'customer-meeting': 'Customer meeting',
  'estimate-requested': 'Estimate requested',
  estimating: 'Estimating',
  'in-review': 'In review',
  refining: 'Refining',
  finalised: 'Finalised',
  sent: 'Sent',
  'signed-off': 'Signed off',
  development: 'Development',
  tracks: 'Implementation',
  live: 'Live',
  monitoring: 'Monitoring',
  closed: 'Closed',
  declined: 'Declined',
  expired: 'Expired',
  cancelled: 'Cancelled',
  onboarding: 'Onboarding project',
  'scope-decision': 'Scope decision',
  'in-scope': 'In scope',
  'out-of-scope': 'Out of scope',
  'change-approved': 'Change approved',
  'change-rejected': 'Change rejected',
  engaged: 'Engaged',
};

/** Coarser than the state: the columns of the pipeline board. */
export const integrationPhases = [
  'scope',
  'discovery',
  'estimate',
  'sign-off',
  'development',
  'live',
  'ended',
] as const;
export const integrationPhase = z.enum(integrationPhases);
export type IntegrationPhase = (typeof integrationPhases)[number];
export const integrationPhaseNames: Record<IntegrationPhase, string> = {
  scope: 'Scope',
  discovery: 'Discovery',
  estimate: 'Estimate',
  'sign-off': 'Sign-off',
  development: 'Development',
  live: 'Live',
  ended: 'Ended',
};

export const integrationOrigin = z.enum(['existing', 'new-in-scope', 'new-out-of-scope', 'new-undecided']);
export const serviceModel = z.enum(['fms', 'saas', 'supported']);
export const track = z.enum(['web-api', 'file-transfer']);
export type Track = z.infer<typeof track>;
export const trackNames: Record<Track, string> = { 'web-api': 'Web API', 'file-transfer': 'File transfer' };
export const webhookDirections = z.enum(['unknown', 'none', 'outbound', 'inbound', 'both']);
export type WebhookDirections = z.infer<typeof webhookDirections>;
export const dataAuditScope = z.object({
  'web-api': z.boolean().optional(),
  'file-transfer': z.boolean().optional(),
});

/** The seats of an integration that hold a person. */
export const seat = z.enum([
  'commercial-director',
  'integrations-manager',
  'customer-team-lead',
  'lead-consultant',
]);
export type Seat = z.infer<typeof seat>;
