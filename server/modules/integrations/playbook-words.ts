import type { IntegrationState, Seat, Track } from '#contract/integrations.ts';
import type { Role } from '#contract/roles.ts';
import type { Config } from '#platform/config.ts';

/** Who may act: a role, any of the customer's portal people, whoever was asked, or Fairlead itself. */
/** `customer`: anybody of the customer; `customer-decides`: who decides for it, the project owner or a signatory. */
export type Who = Seat | 'customer' | 'customer-decides' | 'asked' | 'system';

/** For which integrations a row or a gate counts; every member that is given must hold. */
export interface Condition {
  serviceModels?: ('fms' | 'saas' | 'supported')[];
  origins?: ('existing' | 'new-in-scope' | 'new-out-of-scope' | 'new-undecided')[];
  track?: Track;
  webhooks?: ('unknown' | 'outbound' | 'inbound')[];
  audited?: Track;
  ticketed?: true;
}

/** Which configuration a piece of evidence is bound to; a later one that differs makes it stale. */
export type SourceFamily = 'api' | 'endpoint' | 'receiver' | 'exchange' | 'certification';

/** A condition for a step, over evidence. `pieces` names the kind of pieces it needs: one, or one each of several. */
export interface Gate {
  id: string;
  title: string;
  /** What is awaited, as one sentence. */
  awaits: string;
  /** What to do when the configuration has changed since, as one sentence. */
  again?: string;
  whom: Who;
  required: boolean;
  pieces: 'one' | 'operations' | 'files' | 'days';
  /** Whose word can stand in for what the system would see. */
  confirmBy: Who[];
  waiveBy: Seat[];
  /** What has to be attached to a person's word. */
  attached?: string;
  when?: Condition;
  /** Configurations that a person's word about this gate is bound to, beside what the evidence itself names. */
  binds?: SourceFamily[];
  /** Counts only since the state was last entered: a new round needs new evidence. */
  fresh?: boolean;
  /** Computed from the integration itself instead of from evidence. */
  derived?: 'customer-known' | 'track-live' | 'steps-passed';
  /** Of which track a derived gate speaks. */
  track?: Track;
}

/** A time of the configuration; one that is a list gives a timer for each of its members. */
export type TimerSetting = Exclude<keyof Config['timers'], 'refiningRounds'>;

/** A reminder, an escalation to the Commercial Director, an alarm, or a move, after a time of silence in a state. */
export interface StateTimer {
  id: string;
  state: IntegrationState;
  /** How long: the setting of this name in the configuration's section "timers". */
  setting: TimerSetting;
  does: 'remind' | 'escalate' | 'alarm' | 'move';
  /** Who is told, where that is not whoever the state waits on. */
  whom?: Who;
  sentence: string;
}

/** What a transition brings about outside the integration; `effects.ts` has one function for each. */
export type Effect =
  | 'link-opportunity'
  | 'ask-consulted'
  | 'tell-director'
  | 'tell-integrations-manager'
  | 'propose-attendees'
  | 'mail-helpdesk'
  | 'assign-ticket'
  | 'opportunity-estimate'
  | 'withdraw-estimate'
  | 'take-up-estimate'
  | 'reopen-ticket'
  | 'reopen-opportunity'
  | 'reopen-card'
  | 'hold-ticket'
  | 'opportunity-proposal'
  | 'create-card'
  | 'opportunity-won'
  | 'note-ticket'
  | 'opportunity-lost'
  | 'close-card'
  | 'card-development'
  | 'tell-customer-plan'
  | 'close-ticket'
  | 'card-live'
  | 'tell-customer-live'
  | 'hand-over-to-support'
  | 'number-change-request'
  | 'tell-lead-consultant';

/** One row of the transition table. */
export interface Row {
  id: string;
  title: string;
  /** Empty for a row that opens an integration; 'any' for every state that is not final. */
  from: IntegrationState[] | 'any';
  to: IntegrationState | 'same' | 'previous';
  who: Who[];
  /** A person's action takes the row, or the row takes itself as soon as its gates have passed. */
  by: 'action' | 'gates';
  action?: string;
  gates: string[];
  effects: Effect[];
  timers: StateTimer[];
  when?: Condition;
  /** On the way that an integration normally takes; the others are shown only when they were taken. */
  main: boolean;
}

/** One step of a track; its position follows from its gates, except for being live. */
export interface TrackStep {
  id: string;
  track: Track;
  title: string;
  who: Who[];
  gates: string[];
  /** Where to go back to when this step fails. */
  back: string[];
  /** Passing this step makes the track live. */
  makesLive: boolean;
  timerText?: string;
}

/** States beside the main way, and the row of the main way that they lead back to. */
export interface Detour {
  states: IntegrationState[];
  when: Condition;
  resumes: string;
  /** When the rows from `resumes` on have their turn. */
  note: string;
}

/** The whole implementation process as data. An integration keeps the version it started with. */
export interface Playbook {
  version: number;
  rows: Row[];
  detours: Detour[];
  steps: TrackStep[];
  gates: Gate[];
}

/** The role that a word of the playbook stands for, where it is one role. */
export function roleOf(who: Who): Role | undefined {
  return isSeat(who) ? who : undefined;
}

/** Whether a word of the playbook is a seat of the vendor's people. */
export function isSeat(who: Who): who is Seat {
  return who !== 'customer' && who !== 'customer-decides' && who !== 'asked' && who !== 'system';
}

/** How whoever acts is written on screens. */
export const whoNames: Record<Who, string> = {
  'commercial-director': 'Commercial Director',
  'integrations-manager': 'Integrations & Solutions Manager',
  'customer-team-lead': 'Customer Team Lead',
  'lead-consultant': 'Lead Consultant',
  customer: 'The customer',
  'customer-decides': 'The customer’s project owner or signatory',
  asked: 'Whoever was asked',
  system: 'Fairlead',
};
