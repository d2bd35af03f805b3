import { z } from 'zod';
import { shownId } from './ids.ts';
import {
  dataAuditScope,
  integrationOrigin,
  integrationPhase,
  integrationState,
  seat,
  serviceModel,
  track,
  webhookDirections,
} from './integration-words.ts';
import { pageLimit } from './query-number.ts';
import { role } from './roles.ts';
import { textLine } from './text.ts';

export * from './integration-actions.ts';
export * from './integration-words.ts';

const personRef = z.object({ id: shownId('per'), name: z.string() });
const moment = z.string().describe('An instant, ISO 8601 in UTC');

/** waiting: nothing yet · seen: the system saw it · confirmed: the person named said so · waived: let through with a reason · stale: passed under another configuration · refused: what was seen is wrong. */
export const gateStatus = z.enum(['waiting', 'seen', 'confirmed', 'waived', 'stale', 'refused']);
export type GateStatus = z.infer<typeof gateStatus>;

export const gateEvidence = z.object({
  eventId: z.string().optional(),
  type: z.string(),
  at: moment,
  stream: z.string().optional(),
  sequence: z.number().optional(),
  environment: z.enum(['sandbox', 'production']).optional(),
  fingerprint: z.string().optional(),
  sentence: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type GateEvidence = z.infer<typeof gateEvidence>;

export const gateView = z.object({
  id: z.string().describe('For instance W1.first-call'),
  title: z.string(),
  status: gateStatus,
  required: z.boolean().describe('False: shown beside the others, does not hold up the step'),
  whom: z.string().describe('Whom it waits on, as written on screens; empty when passed'),
  whomRole: role.optional(),
  sentence: z.string().describe('The evidence in one sentence, or what is awaited, or what to run again'),
  evidence: gateEvidence.optional().describe('The latest piece'),
  pieces: z.array(gateEvidence).describe('Every piece of evidence that counts'),
  missing: z.array(z.string()).describe('Which pieces are still awaited, where there are several'),
  passedAt: moment.optional(),
  by: z.string().optional().describe('Who confirmed or waived it'),
  attachment: z.object({ id: shownId('doc'), name: z.string(), sha256: z.string() }).optional(),
  canConfirm: z.boolean().describe('The viewer may confirm it now'),
  attached: z.string().optional().describe('What has to be attached to a person’s word'),
  canWaive: z.boolean().describe('The viewer may waive it now'),
});
export type GateView = z.infer<typeof gateView>;

export const stepState = z.enum(['waiting', 'open', 'passed', 'stale', 'waived', 'skipped']);
export const stepView = z.object({
  id: z.string().describe('The row of the playbook: E2, N3, W1, F4'),
  title: z.string(),
  track: track.optional(),
  phase: integrationPhase,
  state: stepState,
  current: z.boolean(),
  owner: z.object({ role: z.string(), roleName: z.string(), person: z.string().optional() }),
  gates: z.array(gateView),
  ageBusinessHours: z.number().optional().describe('How long it has been open, in business hours'),
  timer: z.object({ dueAt: moment, sentence: z.string() }).optional(),
  passedAt: moment.optional(),
  note: z.string().optional(),
});
export type StepView = z.infer<typeof stepView>;

export const allowedAction = z.object({
  action: z.string(),
  title: z.string().describe('A verb for the button'),
  step: z.string().optional(),
  gate: z.string().optional(),
  primary: z.boolean(),
});
export type AllowedAction = z.infer<typeof allowedAction>;

export const nextAction = z.object({
  sentence: z.string(),
  whose: z.object({
    role: z.string(),
    roleName: z.string(),
    person: z.string().optional(),
    personId: z.string().optional(),
  }),
  mine: z.boolean().describe('The viewer is who it waits on'),
  step: z.string().optional(),
  dueAt: moment.optional(),
});
export type NextAction = z.infer<typeof nextAction>;

export const historyEntry = z.object({
  sequence: z.number(),
  at: moment,
  kind: z.string().describe('opened, moved, gate_seen, gate_confirmed, gate_waived, gate_stale, held, …'),
  who: z.string(),
  whoKind: z.enum(['person', 'credential', 'system']),
  sentence: z.string(),
  step: z.string().optional(),
  gate: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  evidence: gateEvidence.optional(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const integrationRow = z.object({
  id: shownId('int'),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
  name: z.string(),
  serviceModel,
  origin: integrationOrigin,
  tracks: z.array(track),
  state: integrationState,
  stateName: z.string(),
  phase: integrationPhase,
  held: z.boolean(),
  stale: z.number().int().describe('How many gates are stale'),
  gatesPassed: z.number().int(),
  gatesTotal: z.number().int(),
  next: nextAction,
  since: moment.describe('When it came into this state'),
  ageBusinessHours: z.number(),
  openedAt: moment,
  changedAt: moment,
});
export type IntegrationRow = z.infer<typeof integrationRow>;

export const invitationAnswer = z.enum(['accepted', 'declined', 'tentative', 'other-time']);
/** What an attendee answered, in words that follow the name. */
export const invitationAnswerNames: Record<z.infer<typeof invitationAnswer>, string> = {
  accepted: 'accepted',
  declined: 'declined',
  tentative: 'may come',
  'other-time': 'proposes another time',
};

export const integrationView = integrationRow.extend({
  number: z.string().describe('Short name for mail subjects, for instance INT-00012'),
  playbookVersion: z.number().int(),
  webhooks: webhookDirections,
  dataAudit: dataAuditScope,
  operations: z.array(z.string()).describe('API operations this integration needs'),
  connections: z
    .array(z.string())
    .describe('Exchanges, endpoints, receivers and API keys that are this integration’s'),
  environmentOwner: z.enum(['vendor', 'customer']).describe('Whose the production-like environment is'),
  diverged: z.array(z.string()).describe('Where an outside system disagrees'),
  trackStates: z.array(
    z.object({
      track,
      state: z.enum(['not-started', 'working', 'live']),
      step: z.string().optional(),
      liveAt: moment.optional(),
    }),
  ),
  hold: z.object({ reason: z.string(), resumeOn: z.string(), since: moment, by: z.string() }).optional(),
  people: z.array(z.object({ seat, seatName: z.string(), person: personRef.optional() })),
  contacts: z.array(z.object({ id: shownId('con').optional(), name: z.string(), email: z.string() })),
  proposedAttendees: z.array(
    z.object({ name: z.string(), email: z.string(), side: z.enum(['vendor', 'customer']) }),
  ),
  records: z.object({
    /** The calendar invitation that was sent last, with what each attendee answered by mail. */
    invitation: z
      .object({
        startsAt: moment,
        minutes: z.number().int(),
        place: z.string(),
        cancelledAt: moment.optional(),
        attendees: z.array(
          z.object({
            name: z.string(),
            email: z.string(),
            side: z.enum(['vendor', 'customer']),
            answer: invitationAnswer.optional(),
            comment: z.string().optional(),
          }),
        ),
      })
      .optional(),
    discovery: z
      .object({ businessNeed: z.string(), requiredOutcomes: z.array(z.string()), at: moment, by: z.string() })
      .optional(),
    consultation: z.array(
      z.object({
        seat,
        person: z.string(),
        askedAt: moment,
        answeredAt: moment.optional(),
        answer: z.string().optional(),
        questions: z.array(z.string()).optional(),
      }),
    ),
    meeting: z
      .object({
        minutes: z.string(),
        heldOn: z.string(),
        attendees: z.array(
          z.object({ name: z.string(), email: z.string(), side: z.enum(['vendor', 'customer']) }),
        ),
        at: moment,
        by: z.string(),
      })
      .optional(),
    onboarding: z.object({ projectReference: z.string(), contractClause: z.string() }).optional(),
    scope: z
      .object({
        decision: z.enum(['in-scope', 'out-of-scope']),
        clause: z.string(),
        at: moment,
        by: z.string(),
      })
      .optional(),
    change: z.object({ number: z.string(), reference: z.string().optional() }).optional(),
  }),
  links: z.object({
    ticket: shownId('tkt').optional(),
    opportunity: shownId('opp').optional(),
    card: shownId('crd').optional(),
    estimate: shownId('est').optional(),
    estimateVersion: z.number().int().optional(),
  }),
  environments: z.object({ sandbox: shownId('env').optional(), production: shownId('env').optional() }),
  steps: z.array(stepView),
  actions: z.array(allowedAction),
  history: z.array(historyEntry).describe('The newest 200, newest first'),
});
export type IntegrationView = z.infer<typeof integrationView>;

const integrationWish = {
  search: textLine(100, 0).optional().describe('Words of the name, the customer or its code'),
  mine: z.stringbool().optional().describe('Only what waits on the person who asks'),
};
/** GET /api/integrations: most recently changed first, or (order=since) the longest in its state first. */
export const integrationListQuery = z.object({
  ...integrationWish,
  phase: integrationPhase.optional(),
  state: integrationState.optional(),
  order: z.enum(['changed', 'since']).default('changed'),
  after: z.string().max(200).optional(),
  limit: pageLimit(100),
});
/** GET /api/integrations/board: the first of each phase, with how many there are; more of one phase is in the list. */
export const integrationBoardQuery = z.object({
  ...integrationWish,
  limit: pageLimit(25, 100),
});
export const integrationBoard = z.object({
  columns: z.array(
    z.object({
      phase: integrationPhase,
      name: z.string(),
      count: z.number().int(),
      items: z.array(integrationRow),
    }),
  ),
});
export const integrationList = z.object({
  items: z.array(integrationRow),
  next: z.string().nullable(),
  total: z.number().int().optional().describe('How many fit, where all are counted: for staff'),
  phases: z.array(z.object({ phase: integrationPhase, name: z.string(), count: z.number().int() })),
});
export type IntegrationList = z.infer<typeof integrationList>;

/** GET /api/customers/:customer/integrations/:integration/history?before=&limit= */
export const integrationHistory = z.object({ items: z.array(historyEntry), next: z.string().nullable() });

/** GET /api/my-work: what waits on the person who asks. */
export const myWork = z.object({
  items: z.array(
    z.object({
      integration: shownId('int'),
      customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
      name: z.string(),
      state: integrationState,
      stateName: z.string(),
      sentence: z.string(),
      step: z.string().optional(),
      since: moment,
      ageBusinessHours: z.number(),
      dueAt: moment.optional(),
      late: z.boolean(),
    }),
  ),
  next: z.string().nullable(),
});
export type MyWork = z.infer<typeof myWork>;

/** GET /api/playbook: the transition table as data, for the process map. */
export const playbookView = z.object({
  version: z.number().int(),
  states: z.array(
    z.object({
      id: integrationState,
      name: z.string(),
      phase: integrationPhase,
      final: z.boolean(),
      count: z.number().int(),
    }),
  ),
  rows: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      from: z.array(z.string()),
      to: z.string(),
      who: z.array(z.string()),
      gates: z.array(z.object({ id: z.string(), title: z.string() })),
      effects: z.array(z.string()),
      timer: z.string().optional(),
      track: track.optional(),
    }),
  ),
});
export type PlaybookView = z.infer<typeof playbookView>;
