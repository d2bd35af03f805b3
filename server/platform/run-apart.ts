import { Worker } from 'node:worker_threads';

/** Bounds of a pool of threads that read what strangers send. */
export interface ApartBounds {
  /** The file that a thread runs; it answers each message by `answerTasks`. */
  thread: URL;
  threads: number;
  /** Memory of a thread, in MiB; a task that needs more ends its thread and is rejected. */
  heapMb: number;
  /** A task that takes longer ends its thread and is rejected. */
  withinMs: number;
}

/** What a thread answers: the value, or why there is none. */
export type ApartAnswer = { value: unknown } | { fault: string };

interface Thread {
  worker: Worker;
  task: PromiseWithResolvers<unknown> | undefined;
}

/**
 * Runs tasks in threads of their own, within a time and a memory: input that keeps a parser busy or fills the memory
 * ends its thread and nothing else. Rejects when a task goes beyond its bounds. `keep: false` ends the thread after the
 * task, so that the memory of a large input goes with it.
 */
export function openApart<Task>(
  bounds: ApartBounds,
): (task: Task, options?: { keep?: boolean; withinMs?: number }) => Promise<unknown> {
  let atWork = 0;
  const idle: Thread[] = [];
  const waiting: (() => void)[] = [];
  return async (task, { keep = true, withinMs = bounds.withinMs } = {}) => {
    if (atWork < bounds.threads) atWork += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    const thread = idle.pop() ?? startThread(bounds, idle);
    let stays = false;
    try {
      const value = await ask(thread, task, withinMs);
      stays = keep;
      return value;
    } finally {
      if (stays) idle.push(thread);
      else void thread.worker.terminate();
      const next = waiting.shift();
      if (next === undefined) atWork -= 1;
      else next();
    }
  };
}

async function ask(thread: Thread, task: unknown, withinMs: number): Promise<unknown> {
  const asked = Promise.withResolvers<unknown>();
  const late = setTimeout(() => asked.reject(new Error('the input took too long to read')), withinMs);
  thread.task = asked;
  thread.worker.ref();
  thread.worker.postMessage(task);
  try {
    return await asked.promise;
  } finally {
    clearTimeout(late);
    thread.task = undefined;
    // A thread that only waits does not keep the process from ending.
    thread.worker.unref();
  }
}

function startThread(bounds: ApartBounds, idle: Thread[]): Thread {
  const worker = new Worker(bounds.thread, { resourceLimits: { maxOldGenerationSizeMb: bounds.heapMb } });
  const thread: Thread = { worker, task: undefined };
  worker.on('message', (answer: ApartAnswer) => {
    if ('fault' in answer) thread.task?.reject(new Error(answer.fault));
    else thread.task?.resolve(answer.value);
  });
  worker.on('error', (error) => thread.task?.reject(error));
  worker.on('exit', () => {
    if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
    thread.task?.reject(new Error('the thread that read the input has ended'));
  });
  return thread;
}
