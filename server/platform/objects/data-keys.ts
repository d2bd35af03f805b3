import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { keyFrom, unwrap, wrap } from '../crypto.ts';
import type { Database } from '../database.ts';
import { uuidv7 } from '../ids.ts';
import type { Scope } from '../transact.ts';
import { currentKey, findDataKey } from './data-key-store.ts';
import type { DataKey } from './sealed-format.ts';

/** After this long another process's rotation is noticed. */
const currentForMs = 60_000;
const keptKeys = 10_000;

/** The data keys of this process, unwrapped as they are needed. */
export class DataKeys {
  readonly #db: Database;
  readonly #config: Config;
  readonly #byId = new Map<string, Promise<DataKey | undefined>>();
  readonly #current = new Map<string, { key: Promise<DataKey>; until: number }>();

  constructor(db: Database, config: Config) {
    this.#db = db;
    this.#config = config;
  }

  /** The key for new objects of an environment, or of a customer or the vendor where none is known. */
  current(scope: Scope, now: Temporal.Instant): Promise<DataKey> {
    const name = `${scope.customerId ?? ''} ${scope.environmentId ?? ''}`;
    const known = this.#current.get(name);
    if (known !== undefined && known.until > performance.now()) return known.key;
    const key = this.#loadCurrent(scope, now);
    remember(this.#current, name, { key, until: performance.now() + currentForMs });
    key.catch(() => this.#current.delete(name));
    return key;
  }

  /** Undefined when the key is gone, and with it everything that was encrypted under it. */
  find(id: string): Promise<DataKey | undefined> {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const key = findDataKey(this.#db, id).then((row) => row && this.#unwrapped(row.id, row.wrapped));
    remember(this.#byId, id, key);
    key.then(
      (found) => found ?? this.#byId.delete(id),
      () => this.#byId.delete(id),
    );
    return key;
  }

  /** Forgets which keys are current: a rotation has just changed them. */
  forgetCurrent(): void {
    this.#current.clear();
  }

  async #loadCurrent(scope: Scope, now: Temporal.Instant): Promise<DataKey> {
    const id = uuidv7();
    const wrapped = wrapDataKey(this.#config.secrets.masterKey.reveal(), { id, bytes: randomBytes(32) });
    const row = await currentKey(this.#db, scope, { id, wrapped, now });
    return this.#unwrapped(row.id, row.wrapped);
  }

  #unwrapped(id: string, wrapped: Buffer): DataKey {
    return { id, bytes: unwrapDataKey(this.#config.secrets.masterKey.reveal(), id, wrapped) };
  }
}

/** Wraps a data key under a master key, bound to the key's id. */
export function wrapDataKey(masterKey: string, key: DataKey): Buffer {
  return wrap(keyFrom(masterKey, 'data-keys'), key.id, key.bytes);
}

/** Throws when the key was wrapped under another master key. */
export function unwrapDataKey(masterKey: string, id: string, wrapped: Buffer): Buffer {
  return unwrap(keyFrom(masterKey, 'data-keys'), id, wrapped);
}

function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
  const oldest = map.keys().next().value;
  if (map.size > keptKeys && oldest !== undefined) map.delete(oldest);
}
