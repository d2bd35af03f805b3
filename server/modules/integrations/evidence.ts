import type { Person } from '#modules/access/index.ts';
import type { StoredEvent } from '#platform/events.ts';
import { parseId } from '#platform/ids.ts';
import type { Json } from '#platform/json.ts';
import type { InvitationAnswer, Piece } from './facts.ts';
import type { Integration } from './integration.ts';

/**
 * What an event says about gates. `key` is the piece it is; without it the next one that is missing. A piece that
 * `renews` takes the place of what a gate passed on before; what is `withdrawn` takes a pass away. A reset of one
 * source leaves the pieces of others.
 */
export type Finding =
  | { finds: 'seen'; gate: string; sentence: string; key?: string; renews?: true }
  | { finds: 'confirmed'; gate: string; sentence: string }
  | { finds: 'withdrawn'; gate: string; sentence: string }
  | { finds: 'refused'; gate: string; sentence: string }
  | { finds: 'reset'; gate: string; sentence: string; source?: string | undefined }
  | {
      finds: 'link';
      what: 'ticket' | 'opportunity' | 'card' | 'estimate';
      id: string;
      version?: number;
      amountCents?: number;
    }
  | { finds: 'assigned'; what: 'card' | 'ticket'; person: string | null }
  | { finds: 'diverged'; sentence: string }
  | ({ finds: 'answered'; uid: string; email: string } & InvitationAnswer);

/** What a rule may look at beside the event. */
export interface Seen {
  event: StoredEvent;
  environment: 'sandbox' | 'production' | undefined;
  integration: Integration;
  /** Who did it, when a person did. */
  by: Person | undefined;
  /** The name of whoever did it, '' when it was Fairlead itself. */
  doer: string;
  /** The person that the event names as assignee. */
  assignee: Person | undefined;
  /** The event's time of day in the vendor's zone. */
  time: string;
  /** The day of an instant in the vendor's zone. */
  dayOf(instant: string): string;
}

export type Rule = (seen: Seen) => Finding[];

/** A text member of an event's data or subject; '' when it is not there. */
export function textOf(event: StoredEvent, name: string): string {
  const value = event.data[name] ?? event.subject[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A number in an event's data; undefined when it is not there. */
export function numberOf(event: StoredEvent, name: string): number | undefined {
  const value = event.data[name];
  return typeof value === 'number' ? value : undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id in an event as a uuid, whether it stands there as a uuid or as it is shown. */
export function idIn(
  event: StoredEvent,
  name: string,
  prefix: Parameters<typeof parseId>[0],
): string | undefined {
  const text = textOf(event, name);
  return uuid.test(text) ? text : parseId(prefix, text);
}

/** What a person vouches for is their word, not something the system saw. */
export const saidBy =
  ({ by }: Pick<Seen, 'by'>) =>
  (finding: Finding): Finding =>
    finding.finds === 'seen' && by !== undefined
      ? { finds: 'confirmed', gate: finding.gate, sentence: finding.sentence }
      : finding;

/** The configuration that an event was seen under: what it belongs to, and its fingerprint. */
export function sourceOf(event: StoredEvent): { source: string; fingerprint: string } | undefined {
  const fingerprint = textOf(event, 'fingerprint');
  if (fingerprint === '') return undefined;
  const [word = ''] = event.type.split('.');
  const of = (family: string, id: string) => ({
    source: id === '' ? family : `${family}:${id}`,
    fingerprint,
  });
  switch (word) {
    case 'api':
      return of('api', '');
    case 'endpoint':
      return of('endpoint', textOf(event, 'endpointId'));
    case 'receiver':
      return of('receiver', textOf(event, 'receiverId'));
    case 'exchange':
    case 'transfer':
      return of('exchange', textOf(event, 'exchangeId'));
    case 'certification':
      return of('certification', '');
    default:
      return undefined;
  }
}

/** The event as a piece of evidence. */
export function pieceOf({ event, environment }: Seen, sentence: string): Piece {
  const source = sourceOf(event);
  return {
    eventId: event.id,
    type: event.type,
    at: event.recordedAt.toString(),
    stream: event.streamId,
    sequence: event.sequence,
    ...(environment === undefined ? {} : { environment }),
    ...(source === undefined ? {} : source),
    sentence,
    details: plainMembers(event.data),
  };
}

function plainMembers(data: { [key: string]: Json | undefined }): Piece['details'] {
  const plain: Piece['details'] = {};
  for (const [name, value] of Object.entries(data).slice(0, 20)) {
    if (value === null || typeof value === 'number' || typeof value === 'boolean') plain[name] = value;
    else if (typeof value === 'string') plain[name] = value.slice(0, 300).toWellFormed();
  }
  return plain;
}
