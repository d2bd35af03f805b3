import { networkOf } from '#platform/network-of.ts';

/** Points for what an attacker does and a customer seldom does; at `banAt` an address is shut out for a while. */
export const guardPoints = { unknownKey: 1, unknownUser: 2, nonsense: 2 } as const;

const banAt = 20;
const observedMs = 30 * 60_000;
const bannedMs = 30 * 60_000;
const mostAddresses = 100_000;

interface Standing {
  connections: number;
  points: number;
  since: number;
  bannedUntil: number;
}

/** Keeps count of connections and misdeeds by address (an IPv6 network counts as one), in this process. Times in milliseconds of any steady clock. */
export class Guard {
  readonly #maxConnections: number;
  readonly #now: () => number;
  readonly #standings = new Map<string, Standing>();

  constructor(maxConnections: number, now: () => number) {
    this.#maxConnections = maxConnections;
    this.#now = now;
  }

  /** Counts a connection in; false when the address has too many or is banned. */
  admit(address: string): boolean {
    const standing = this.#of(address);
    if (standing.bannedUntil > this.#now() || standing.connections >= this.#maxConnections) return false;
    standing.connections += 1;
    return true;
  }

  leave(address: string): void {
    const standing = this.#of(address);
    standing.connections = Math.max(0, standing.connections - 1);
  }

  /** Notes a misdeed; true when it brought a ban. */
  accuse(address: string, points: number): boolean {
    const standing = this.#of(address);
    if (this.#now() - standing.since > observedMs) {
      standing.points = 0;
      standing.since = this.#now();
    }
    standing.points += points;
    if (standing.points < banAt) return false;
    standing.points = 0;
    standing.bannedUntil = this.#now() + bannedMs;
    return true;
  }

  /** A sign-in that succeeded clears what was noted. */
  clear(address: string): void {
    this.#of(address).points = 0;
  }

  #of(address: string): Standing {
    const network = networkOf(address);
    let standing = this.#standings.get(network);
    if (standing === undefined) {
      if (this.#standings.size >= mostAddresses) this.#forget();
      standing = { connections: 0, points: 0, since: this.#now(), bannedUntil: 0 };
      this.#standings.set(network, standing);
    }
    return standing;
  }

  #forget(): void {
    for (const [address, standing] of this.#standings)
      if (standing.connections === 0 && standing.bannedUntil <= this.#now()) this.#standings.delete(address);
  }
}
