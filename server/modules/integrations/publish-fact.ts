import { showId } from '#platform/ids.ts';
import type { Json } from '#platform/json.ts';
import type { Work } from '#platform/transact.ts';
import type { Dossier } from './dossier.ts';
import type { Fact, RecordedFact } from './facts.ts';

const types: Partial<Record<Fact['kind'], string>> = {
  opened: 'integration.opened',
  planned: 'integration.planned',
  moved: 'integration.transitioned',
  gate_seen: 'integration.gate_seen',
  gate_refused: 'integration.gate_refused',
  gate_withdrawn: 'integration.gate_withdrawn',
  gate_confirmed: 'integration.gate_confirmed',
  gate_waived: 'integration.gate_waived',
  gate_stale: 'integration.gate_stale',
  track_live: 'integration.track_live',
  held: 'integration.held',
  resumed: 'integration.resumed',
  reassigned: 'integration.reassigned',
  diverged: 'integration.diverged',
  escalated: 'integration.escalated',
};

/** Says a fact in the customer's stream, without what people wrote; kinds that nobody follows say that it changed. */
export function publishFact(work: Work, dossier: Dossier, { sequence, fact }: RecordedFact): void {
  const data: { [key: string]: Json } = { integrationId: dossier.id, fact: sequence, kind: fact.kind };
  if ('gate' in fact) data['gate'] = fact.gate;
  if ('row' in fact) data['row'] = fact.row;
  if ('track' in fact) data['track'] = fact.track;
  if ('seat' in fact) data['seat'] = fact.seat;
  if ('from' in fact) data['from'] = fact.from;
  if ('to' in fact) data['to'] = fact.to;
  work.emit(dossier.customerId, {
    type: types[fact.kind] ?? 'integration.changed',
    subject: { integrationId: showId('int', dossier.id) },
    data,
  });
}
