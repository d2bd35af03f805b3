import { ObjectExpired, ObjectFault } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';

/** Why work in the background was given up, in words for people: never a value of a row. */
export interface Failure {
  code: 'file-missing' | 'file-expired' | 'no-space' | 'interrupted' | 'no-employees' | 'unexpected';
  message: string;
}

/** Thrown where another try would find the same: the failure is noted at once. */
export class FinalFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const mostAttempts = 5;
const mostInterruptions = 2;

/** How often a job was tried, and how many of these tries ended with their process. */
export interface Tries {
  attempts: number;
  interruptions: number;
}

/**
 * One try of a job. A fault is noted and thrown for the queue to retry, until it is the fifth or nothing could change
 * it: then `giveUp` notes why. A job whose process ended twice while it ran is set aside without another try.
 */
export async function attempt(
  platform: Platform,
  job: {
    subject: string;
    tries: Tries;
    run(): Promise<void>;
    /** Notes that this try has ended and its process lives. */
    pause(): Promise<void>;
    giveUp(failure: Failure): Promise<void>;
  },
): Promise<void> {
  const { attempts, interruptions } = job.tries;
  if (interruptions >= mostInterruptions) {
    platform.log.error({ subject: job.subject }, 'a job whose process ended twice is set aside');
    return job.giveUp({
      code: 'interrupted',
      message: `The server stopped ${mostInterruptions} times while it worked on this. Check the file, then try again.`,
    });
  }
  try {
    await job.run();
  } catch (error) {
    const failure = failureOf(error);
    const isFinal = error instanceof FinalFailure || failure.code === 'file-expired';
    if (!isFinal && attempts < mostAttempts) {
      await job.pause();
      throw error;
    }
    platform.log.error({ err: error, subject: job.subject, code: failure.code }, 'a job was given up');
    await job.giveUp(failure);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof FinalFailure) return error.failure;
  const { code } = error as { code?: unknown };
  if (error instanceof ObjectExpired)
    return { code: 'file-expired', message: 'The file is not kept here any more. Upload it again.' };
  if (error instanceof ObjectFault)
    return {
      code: 'file-missing',
      message: 'Our store does not give the file, and our administrators are told. Try it again later.',
    };
  if (code === 'ENOSPC')
    return { code: 'no-space', message: 'There was no space left to write. Try it again once there is.' };
  return {
    code: 'unexpected',
    message: `Something went wrong on our side ${mostAttempts} times; our log says what. Try it again.`,
  };
}
