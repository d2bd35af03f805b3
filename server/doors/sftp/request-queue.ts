/** A request under way: its answer once it has one, and what to do when that has left. */
interface Place {
  answer: Buffer | undefined;
  weight: number;
  onSent: (() => void) | undefined;
}

interface Task {
  work: () => Promise<void>;
  isAlone: boolean;
}

/** How a request is run. */
interface Running {
  /** Begins only after every request before it has ended, and holds up those behind it. */
  isAlone: boolean;
  /** Bytes that it holds in memory until its answer has left. */
  weight?: number;
  /** Called when the channel has taken the answer. */
  onSent?: () => void;
}

/**
 * The requests of one session. Their work runs at the same time where its order does not matter; their answers leave in
 * the order of the requests, for some clients take the n-th answer to be that of the n-th request.
 */
export class RequestQueue {
  readonly #send: (answer: Buffer, onSent: (() => void) | undefined) => void;
  readonly #onChange: () => void;
  readonly #places: Place[] = [];
  readonly #tasks: Task[] = [];
  #running = 0;
  #isAloneRunning = false;
  #weight = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(send: (answer: Buffer, onSent: (() => void) | undefined) => void, onChange: () => void) {
    this.#send = send;
    this.#onChange = onChange;
  }

  /** Requests whose answer has not left. */
  get length(): number {
    return this.#places.length;
  }

  /** Bytes held for requests whose answer has not left. */
  get weight(): number {
    return this.#weight;
  }

  /** Runs a request when its turn comes; `work` gives the answer and does not throw. */
  run(work: () => Promise<Buffer>, how: Running): void {
    const place: Place = { answer: undefined, weight: how.weight ?? 0, onSent: how.onSent };
    this.#places.push(place);
    this.#weight += place.weight;
    this.#tasks.push({
      isAlone: how.isAlone,
      work: async () => {
        place.answer = await work();
        this.#flush();
      },
    });
    this.#start();
  }

  /** Resolves when everything asked so far has been answered. */
  async settled(): Promise<void> {
    if (this.#places.length === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Begins what may begin, in the order in which it came. */
  #start(): void {
    for (let next = this.#tasks[0]; next !== undefined; next = this.#tasks[0]) {
      if (this.#isAloneRunning || (next.isAlone && this.#running > 0)) return;
      this.#tasks.shift();
      this.#running += 1;
      this.#isAloneRunning = next.isAlone;
      void next.work().finally(() => {
        this.#running -= 1;
        this.#isAloneRunning = false;
        this.#start();
      });
    }
  }

  #flush(): void {
    for (let first = this.#places[0]; first?.answer !== undefined; first = this.#places[0]) {
      this.#places.shift();
      this.#weight -= first.weight;
      this.#send(first.answer, first.onSent);
    }
    if (this.#places.length === 0) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
    this.#onChange();
  }
}
