import type { Gate } from './playbook-words.ts';

type Given = Pick<Gate, 'id' | 'title' | 'awaits' | 'whom'> & Partial<Gate>;

/** A gate of the way to the tracks: nobody but the one named can say it, unless it says otherwise. */
export const work = (gate: Given): Gate => ({
  required: true,
  pieces: 'one',
  confirmBy: [],
  waiveBy: [],
  ...gate,
});
/** A gate of a track: may be waived by the Integrations & Solutions Manager or the Commercial Director. */
export const seen = (gate: Given): Gate =>
  work({ waiveBy: ['integrations-manager', 'commercial-director'], ...gate });
