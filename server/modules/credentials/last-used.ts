import type { Platform } from '#platform/platform.ts';
import { type KeyUse, touchKeys } from './credential-store.ts';

const flushMs = 60_000;

/** Remembers when keys were used and writes that once a minute, never on a request's path. */
export interface LastUsed {
  note(key: { id: string; customerId: string; environmentId: string }): void;
  flush(): Promise<void>;
}

export function createLastUsed(platform: Platform): LastUsed {
  let uses = new Map<string, KeyUse>();
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (uses.size === 0) return;
    const writing = uses;
    uses = new Map();
    await touchKeys(platform.db, [...writing.values()]).catch((error: unknown) => {
      for (const [id, use] of writing) if (!uses.has(id)) uses.set(id, use);
      platform.log.warn({ err: error }, 'when keys were last used could not be written; it is tried again');
    });
  };
  return {
    note: (key) => {
      uses.set(key.id, {
        keyId: key.id,
        customerId: key.customerId,
        environmentId: key.environmentId,
        at: platform.clock.now().toString(),
      });
      timer ??= setTimeout(() => void flush(), flushMs).unref();
    },
    flush,
  };
}
