import type { ObjectUse } from '#platform/objects/object-use.ts';

/** Where rows of this module name objects. */
export const objectUse: ObjectUse = {
  inUse: (db, keys) => db<{ objectKey: string; isNeeded: boolean }[]>`
    select object_key as "objectKey", is_needed as "isNeeded" from documents.objects_in_use(${keys})`,
};
