import type { Track } from '#contract/integrations.ts';
import type { StoredEvent } from '#platform/events.ts';
import type { Dossier } from './dossier.ts';
import { sourceOf, textOf } from './evidence.ts';

const tracks: Record<string, Track> = {
  api: 'web-api',
  api_key: 'web-api',
  endpoint: 'web-api',
  receiver: 'web-api',
  certification: 'web-api',
  fair_use: 'web-api',
  sftp: 'file-transfer',
  sftp_key: 'file-transfer',
  format: 'file-transfer',
  exchange: 'file-transfer',
  transfer: 'file-transfer',
};

/**
 * Which of a customer's open integrations an event of an environment is evidence for. It must be of a track they have.
 * What comes from one exchange, endpoint or receiver belongs to those whose plan names it; else to those that have had
 * evidence from it before; else to those that still work on that track, or to all of them.
 */
export function ownersOf(event: StoredEvent, open: Dossier[]): Dossier[] {
  const track = tracks[event.type.split('.')[0] ?? ''];
  const onTrack = open.filter(({ integration }) => track === undefined || integration.tracks.includes(track));
  const id = connectionOf(event);
  if (id === undefined || track === undefined) return onTrack;
  const naming = onTrack.filter(({ integration }) => integration.connections.includes(id));
  if (naming.length > 0) return naming;
  const knowing = onTrack.filter(({ integration }) =>
    Object.keys(integration.sources).some((source) => source.endsWith(`:${id}`)),
  );
  if (knowing.length > 0) return knowing;
  const working = onTrack.filter(({ integration }) => integration.live[track] === undefined);
  return working.length > 0 ? working : onTrack;
}

/** The exchange, endpoint or receiver that an event came over; undefined when it names none. */
function connectionOf(event: StoredEvent): string | undefined {
  const [, named] = sourceOf(event)?.source.split(':') ?? [];
  return (
    named ??
    ['exchangeId', 'endpointId', 'receiverId'].map((name) => textOf(event, name)).find((id) => id !== '')
  );
}
