import type { Consumer } from './consume.ts';
import type { Http } from './http.ts';
import type { ObjectUse } from './objects/object-use.ts';
import type { Platform } from './platform.ts';
import type { ProblemCatalogue } from './problem.ts';
import type { Work } from './transact.ts';

export type Job = (payload: never) => Promise<void>;
export type TimerHandler = (work: Work, payload: never, key: string) => Promise<void>;

/** Something that runs for as long as the worker does, such as the webhook dispatcher. */
export interface Loop {
  name: string;
  start(): { stop(): Promise<void> };
}

/** What a module declares of itself; wiring.ts lists them all. */
export interface Module {
  name: string;
  problems?: ProblemCatalogue;
  routes?(app: Http, platform: Platform): void;
  consumers?(platform: Platform): Consumer[];
  jobs?(platform: Platform): Record<string, Job>;
  timers?(platform: Platform): Record<string, TimerHandler>;
  loops?(platform: Platform): Loop[];
  objects?: ObjectUse;
}
