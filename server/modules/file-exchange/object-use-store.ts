import type { ObjectUse } from '#platform/objects/object-use.ts';

/** Where rows of this module name objects. */
export const objectUse: ObjectUse = {
  inUse: (db, keys) => db<{ objectKey: string; isNeeded: boolean }[]>`
    select object_key as "objectKey", is_needed as "isNeeded" from file_exchange.objects_in_use(${keys})`,
  /** The file is listed no longer; its transfer keeps what was noted of it. */
  expired: async ({ sql, scope, now }, keys) => {
    await sql`
      update file_exchange.files set removed_at = ${now.toString()}
      where environment_id = ${scope.environmentId ?? null} and object_key = any (${keys}) and removed_at is null`;
  },
};
