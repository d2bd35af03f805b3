import { ObjectExpired, ObjectFault } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';

/** Why work in the background was given up, in words for people: never a value of a row. */
export interface Failure {
  code: 'file-missing' | 'file-expired' | 'no-space' | 'interrupted' | 'unexpected';
  message: string;
}

const mostAttempts = 5;

/**
 * One try of a job, the `attempts`th. A fault is thrown for the queue to try again, until it is the fifth or nothing
 * could change it: then `giveUp` notes why. A try that killed its process counts too.
 */
export async function attempt(
  platform: Platform,
  job: { subject: string; attempts: number; run(): Promise<void>; giveUp(failure: Failure): Promise<void> },
): Promise<void> {
  if (job.attempts > mostAttempts)
    return job.giveUp({
      code: 'interrupted',
      message: `It was interrupted ${mostAttempts} times. Try it again.`,
    });
  try {
    await job.run();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== 'file-expired' && job.attempts < mostAttempts) throw error;
    platform.log.error({ err: error, subject: job.subject, code: failure.code }, 'a job was given up');
    await job.giveUp(failure);
  }
}

function failureOf(error: unknown): Failure {
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
