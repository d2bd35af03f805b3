import type { Track } from '#contract/integrations.ts';
import type { StoredEvent } from '#platform/events.ts';
import type { Dossier } from './dossier.ts';
import { idIn, sourceOf, textOf } from './evidence.ts';

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
 * What was asked for, issued or compared for one integration belongs to that one. What comes with a key, or over one
 * exchange, endpoint or receiver, belongs to those whose plan names it; else to those that have had evidence from it
 * before. Else a key, an extract or an audit belongs to the only integration on the track, and to none where there are
 * several; an exchange, endpoint or receiver to those that still work on the track, or to all of them.
 */
export function ownersOf(event: StoredEvent, open: Dossier[]): Dossier[] {
  const track = trackOf(event);
  const onTrack = open.filter(({ integration }) => track === undefined || integration.tracks.includes(track));
  const integrationId = idIn(event, 'integrationId', 'int');
  const own = idOfOwn(event);
  const id = own ?? connectionOf(event);
  const naming = onTrack.filter(
    (one) => one.id === integrationId || (id !== undefined && one.integration.connections.includes(id)),
  );
  if (naming.length > 0 || integrationId !== undefined) return naming;
  if (id === undefined || track === undefined) return onTrack;
  const knowing = onTrack.filter((one) => knows(one, id));
  if (knowing.length > 0) return knowing;
  if (own !== undefined) return onTrack.length === 1 ? onTrack : [];
  const working = onTrack.filter(({ integration }) => integration.live[track] === undefined);
  return working.length > 0 ? working : onTrack;
}

function trackOf(event: StoredEvent): Track | undefined {
  if (event.type === 'extract.delivered')
    return textOf(event, 'via') === 'sftp' ? 'file-transfer' : 'web-api';
  if (event.type.startsWith('data_audit.'))
    return textOf(event, 'track') === 'file-transfer' ? 'file-transfer' : 'web-api';
  return tracks[event.type.split('.')[0] ?? ''];
}

/** The key, request for a key, extract or audit that an event is about; undefined when it is about none. */
const idOfOwn = (event: StoredEvent) => firstOf(event, ['keyId', 'requestId', 'extractId', 'auditId']);

/** The exchange, endpoint or receiver that an event came over; undefined when it names none. */
function connectionOf(event: StoredEvent): string | undefined {
  const [, named] = sourceOf(event)?.source.split(':') ?? [];
  return named ?? firstOf(event, ['exchangeId', 'endpointId', 'receiverId']);
}

function firstOf(event: StoredEvent, names: string[]): string | undefined {
  return names.map((name) => textOf(event, name)).find((id) => id !== '');
}

/** Whether an integration has had evidence that came over a connection, or with a key, extract or audit. */
function knows({ integration }: Dossier, id: string): boolean {
  return (
    Object.keys(integration.sources).some((source) => source.endsWith(`:${id}`)) ||
    Object.values(integration.gates).some(({ pieces }) =>
      Object.values(pieces).some(({ details }) => Object.values(details).includes(id)),
    )
  );
}
