import type { Consumer } from '#platform/consume.ts';
import { peopleWithRole } from './person-store.ts';

/** Tells the administrators by mail that the store does not give what was kept: only they can set it right. */
export const tellUnreadable: Consumer = {
  name: 'access.unreadable-objects',
  kinds: ['vendor'],
  handle: async (work, events) => {
    for (const { type, data } of events) {
      if (type !== 'objects.unreadable') continue;
      for (const { name, email } of await peopleWithRole(work.sql, 'administrator'))
        await work.mail({
          to: [email],
          subject: `${data['count']} files cannot be read from the object store`,
          text: [
            `Kia ora ${name}`,
            `${data['count']} files that were accepted cannot be read from ${data['place']}: they are missing, or they are not as they were stored. Work that needs them waits and is tried again; nothing was concluded about them.`,
            'The log names each one ("an object cannot be read"). Bring them back from a backup of the store, under the same names. Until then you get this mail once a day.',
          ].join('\n\n'),
          automatic: true,
          kind: 'objects-unreadable',
        });
    }
  },
};
