import type { IntegrationState, Seat, Track, WebhookDirections } from '#contract/integrations.ts';
import type { Actor } from '#platform/actor.ts';

/** A piece of evidence for a gate, as the system saw it. `source` and `fingerprint` say under which configuration. */
export interface Piece {
  eventId?: string;
  type: string;
  at: string;
  stream?: string;
  sequence?: number;
  environment?: 'sandbox' | 'production';
  source?: string;
  fingerprint?: string;
  sentence: string;
  details: Record<string, string | number | boolean | null>;
}

export interface Attendee {
  name: string;
  email: string;
  side: 'vendor' | 'customer';
}

/** What an attendee answered; `stamp` is when by their program, `sequence` the version of the invitation they answered. */
export interface InvitationAnswer {
  status: 'accepted' | 'declined' | 'tentative' | 'other-time';
  comment?: string;
  stamp: string;
  sequence: number;
}

export interface Attachment {
  id: string;
  name: string;
  sha256: string;
}

/** What can be chosen about an integration's scope. */
export interface Plan {
  tracks: Track[];
  webhooks: WebhookDirections;
  dataAudit: Partial<Record<Track, boolean>>;
  operations: string[];
  environmentOwner: 'vendor' | 'customer';
  /** The exchanges, endpoints and receivers that are this integration's, as their ids are shown. */
  connections: string[];
}

/** What happened to an integration: the append-only history holds nothing else, and the state follows from it. */
export type Fact =
  | ({
      kind: 'opened';
      name: string;
      number: string;
      playbook: number;
      origin: 'existing' | 'new-undecided';
      serviceModel: 'fms' | 'saas' | 'supported';
      state: IntegrationState;
      row: string;
      seats: Partial<Record<Seat, string>>;
      filesInARow: number;
      monitoringDays: number;
      requester?: { name: string; email: string };
    } & Plan)
  | { kind: 'planned'; plan: Partial<Plan> }
  | { kind: 'moved'; row: string; from: IntegrationState; to: IntegrationState; note?: string }
  | { kind: 'discovery_recorded'; businessNeed: string; requiredOutcomes: string[] }
  | { kind: 'asked'; seat: Seat; person: string }
  | { kind: 'answered'; seat: Seat; answer: string }
  | { kind: 'more_asked'; seat: Seat; questions: string[] }
  | { kind: 'meeting_recorded'; minutes: string; heldOn: string; attendees: Attendee[] }
  | {
      kind: 'invited';
      startsAt: string;
      attendees: Attendee[];
      mailId: string;
      // Facts of older versions name no invitation that could be changed.
      uid?: string;
      sequence?: number;
      minutes?: number;
      place?: string;
    }
  | { kind: 'invitation_cancelled'; uid: string; sequence: number; mailId: string; reason: string }
  | ({ kind: 'invitation_answered'; uid: string; email: string } & InvitationAnswer)
  | { kind: 'estimate_requested'; mailId: string }
  | { kind: 'project_recorded'; projectReference: string; contractClause: string }
  | { kind: 'scope_decided'; decision: 'in-scope' | 'out-of-scope'; clause: string; changeNumber?: string }
  | {
      kind: 'change_decided';
      decision: 'approved' | 'rejected';
      reference: string;
      attachment?: Attachment;
      note: string;
    }
  | {
      kind: 'linked';
      what: 'ticket' | 'opportunity' | 'card' | 'estimate';
      id: string;
      version?: number;
      amountCents?: number;
    }
  | { kind: 'assigned'; what: 'card' | 'ticket'; person: string | null }
  | { kind: 'gate_seen'; gate: string; key: string; piece: Piece }
  | { kind: 'gate_refused'; gate: string; piece: Piece }
  | { kind: 'gate_withdrawn'; gate: string; piece: Piece }
  | { kind: 'gate_reset'; gate: string; sentence: string; source?: string }
  | { kind: 'gate_confirmed'; gate: string; statement: string; attachment?: Attachment; piece?: Piece }
  | { kind: 'gate_waived'; gate: string; reason: string }
  | { kind: 'gate_stale'; gate: string; source: string; fingerprint: string; sentence: string }
  | { kind: 'configured'; source: string; fingerprint: string }
  | { kind: 'track_live'; track: Track; row: string; sentence: string }
  | { kind: 'track_reopened'; track: Track; reason: string }
  | { kind: 'held'; reason: string; resumeOn: string }
  | { kind: 'resumed'; note: string }
  | { kind: 'reassigned'; seat: Seat; person: string; reason: string }
  | { kind: 'escalated'; timer: string; does: 'remind' | 'escalate' | 'alarm'; sentence: string }
  | { kind: 'flagged'; sentence: string }
  | { kind: 'diverged'; sentence: string; event?: string }
  | { kind: 'noted'; sentence: string };

/** Who is named in the history. The name is kept as it was then. */
export interface FactActor {
  kind: Actor['kind'];
  id: string;
  name: string;
}

/** A fact in its place: sequences of an integration are 1, 2, 3 … without a hole. */
export interface RecordedFact {
  sequence: number;
  at: string;
  actor: FactActor;
  fact: Fact;
}

/** An actor as the history names it. */
export function factActor(actor: Actor): FactActor {
  if (actor.kind === 'person') return { kind: 'person', id: actor.id, name: actor.name };
  if (actor.kind === 'credential') return { kind: 'credential', id: actor.id, name: actor.label };
  return { kind: 'system', id: actor.id, name: 'Fairlead' };
}
