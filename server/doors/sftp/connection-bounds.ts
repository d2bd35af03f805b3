import { networkOf } from '#platform/network-of.ts';

interface Handshake {
  network: string;
  end: () => void;
}

/** A connection as it is counted. */
export interface CountedConnection {
  /** Counts it for an account instead of among the handshakes; false when the account has as many as it may. */
  signIn(accountId: string): boolean;
  leave(): void;
}

const mostHandshakes = 1_000;

/**
 * Bounds connections without locking out others of an address: of handshakes under way the oldest of the network ends when
 * a further one comes, and signed-in connections are bounded by account.
 */
export class ConnectionBounds {
  readonly #perAddress: number;
  readonly #perAccount: number;
  /** In the order in which they came. */
  readonly #handshakes = new Set<Handshake>();
  readonly #networks = new Map<string, number>();
  readonly #accounts = new Map<string, number>();

  constructor(bounds: { perAddress: number; perAccount: number }) {
    this.#perAddress = bounds.perAddress;
    this.#perAccount = bounds.perAccount;
  }

  /** Counts a connection whose handshake begins; `end` is called when it has to make room for another one. */
  enter(address: string, end: () => void): CountedConnection {
    const own: Handshake = { network: networkOf(address), end };
    if ((this.#networks.get(own.network) ?? 0) >= this.#perAddress) this.#endOldest(own.network);
    else if (this.#handshakes.size >= mostHandshakes) this.#endOldest(this.#busiest());
    this.#handshakes.add(own);
    add(this.#networks, own.network, 1);
    let account: string | undefined;
    return {
      signIn: (accountId) => {
        if (account !== undefined) return true;
        if ((this.#accounts.get(accountId) ?? 0) >= this.#perAccount) return false;
        this.#drop(own);
        account = accountId;
        add(this.#accounts, accountId, 1);
        return true;
      },
      leave: () => {
        this.#drop(own);
        if (account !== undefined) add(this.#accounts, account, -1);
        account = undefined;
      },
    };
  }

  #endOldest(network: string): void {
    for (const one of this.#handshakes)
      if (one.network === network) {
        this.#drop(one);
        one.end();
        return;
      }
  }

  #busiest(): string {
    let [busiest, most] = ['', 0];
    for (const [network, count] of this.#networks) if (count > most) [busiest, most] = [network, count];
    return busiest;
  }

  #drop(one: Handshake): void {
    if (this.#handshakes.delete(one)) add(this.#networks, one.network, -1);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
