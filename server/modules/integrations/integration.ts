import type { IntegrationState, Seat, Track } from '#contract/integrations.ts';
import type { Attachment, Attendee, InvitationAnswer, Piece, Plan } from './facts.ts';

/** What a gate has been given so far. */
export interface GateRecord {
  pieces: Record<string, Piece>;
  stale?: { sentence: string; source: string; at: string };
  refused?: Piece;
  reset?: string;
  confirmed?: {
    by: string;
    byId: string;
    at: string;
    statement: string;
    attachment?: Attachment;
    piece?: Piece;
  };
  waived?: { by: string; at: string; reason: string };
}

/** Who sits in the Commercial Director's seat: for new customers the Lead Consultant. */
export function directorSeat(integration: Pick<Integration, 'origin'>): Seat {
  return integration.origin === 'existing' ? 'commercial-director' : 'lead-consultant';
}

interface Said {
  at: string;
  by: string;
}

/** A meeting that people were invited to; a higher sequence is a later version of the invitation. */
export interface Meeting {
  uid: string;
  sequence: number;
  startsAt: string;
  minutes: number;
  place: string;
  attendees: Attendee[];
  /** By address in lower case. */
  answers: Record<string, InvitationAnswer>;
}

/** An integration as its history leaves it. Plain JSON: it is kept as a projection and must equal the fold. */
export interface Integration extends Plan {
  sequence: number;
  name: string;
  number: string;
  playbook: number;
  origin: 'existing' | 'new-in-scope' | 'new-out-of-scope' | 'new-undecided';
  serviceModel: 'fms' | 'saas' | 'supported';
  filesInARow: number;
  monitoringDays: number;
  state: IntegrationState;
  since: string;
  openedAt: string;
  changedAt: string;
  previous?: IntegrationState;
  hold?: Said & { reason: string; resumeOn: string };
  /** When it was on hold in its present state; that time does not count. */
  pauses: { from: string; to: string }[];
  seats: Partial<Record<Seat, string>>;
  requester?: { name: string; email: string };
  discovery?: Said & { businessNeed: string; requiredOutcomes: string[] };
  consultation: Partial<
    Record<
      Seat,
      { person: string; askedAt: string; answeredAt?: string; answer?: string; questions?: string[] }
    >
  >;
  /** The invitation that was sent last, and the sequence since which its time has not changed. */
  invitation?: Meeting & { timeSince: number; cancelledAt?: string };
  meeting?: Said & { minutes: string; heldOn: string; attendees: Attendee[] };
  onboarding?: { projectReference: string; contractClause: string };
  scope?: Said & { decision: 'in-scope' | 'out-of-scope'; clause: string };
  change?: { number: string; reference?: string };
  links: {
    ticket?: string;
    opportunity?: string;
    card?: string;
    estimate?: string;
    estimateVersion?: number;
    amountCents?: number;
  };
  cardAssignee?: string | null;
  gates: Record<string, GateRecord>;
  /** The newest fingerprint seen of each source, such as "sandbox exchange:…". */
  sources: Record<string, string>;
  live: Partial<Record<Track, string>>;
  /** When each row was last taken, and how often. */
  taken: Record<string, { at: string; times: number }>;
  escalated: string[];
  diverged: string[];
}
