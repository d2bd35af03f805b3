import { z } from 'zod';

/** All paths of this file start with /api/customers/:customer/environments/:environment. */

export const certificationTracks = ['web-api', 'file-transfer'] as const;
export type CertificationTrack = (typeof certificationTracks)[number];

/** The scenarios that can be agreed, by track; five of each are agreed unless told otherwise. */
export const scenarioIds = [
  'employee-created',
  'pay-rate-scheduled',
  'change-feed-read',
  'webhook-answered',
  'bad-input-corrected',
  'employee-updated',
  'full-file-applied',
  'delta-file-applied',
  'bad-file-corrected',
  'duplicate-file-answered',
  'outgoing-file-collected',
] as const;
export type ScenarioId = (typeof scenarioIds)[number];

/** open: not seen yet · partly: its first half was seen · passed · stale: passed under another configuration. */
export const scenarioStates = ['open', 'partly', 'passed', 'stale'] as const;
export const scenarioView = z.object({
  id: z.enum(scenarioIds),
  track: z.enum(certificationTracks),
  title: z.string(),
  /** What the customer does to pass it. */
  how: z.string(),
  state: z.enum(scenarioStates),
  passedAt: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** What was seen, in a sentence, with the sequence in the environment's log. */
  evidence: z.object({ sentence: z.string(), sequence: z.number().int() }).nullable(),
});
export type ScenarioView = z.output<typeof scenarioView>;

export const certificationView = z.object({
  track: z.enum(certificationTracks),
  fingerprint: z.string().describe('Of the present configuration, without keys or secrets'),
  scenarios: z.array(scenarioView),
  passed: z.number().int(),
  completedAt: z
    .string()
    .nullable()
    .describe('When all agreed ones had passed under the present configuration'),
});
export type CertificationView = z.output<typeof certificationView>;
/** GET /scenarios: both tracks */
export const certificationList = z.object({ items: z.array(certificationView), next: z.null() });

/** PUT /scenarios/:track, by the Integrations & Solutions Manager: which scenarios are agreed. */
export const agreeScenariosBody = z.strictObject({
  scenarios: z.array(z.enum(scenarioIds)).min(1).max(10),
});
export const certificationParams = {
  environment: z.object({ customer: z.string(), environment: z.string() }),
  track: z.object({
    customer: z.string(),
    environment: z.string(),
    track: z.enum(certificationTracks),
  }),
};
