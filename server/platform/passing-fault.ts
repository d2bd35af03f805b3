/** Of the database: away, starting, stopping, out of connections or space, a deadlock, a disk that fails. */
const passingStates = /^(08...|40...|53...|55...|57P0[123]|58...|CONNECTION_.*|CONNECT_TIMEOUT)$/;
/** Of the machine: no space, no memory, no file handles, a disk that fails, nobody at the other end. */
const passingErrors =
  /^(ENOSPC|EDQUOT|ENOMEM|EMFILE|ENFILE|EIO|EROFS|EPIPE|ECONNREFUSED|ECONNRESET|ETIMEDOUT)$/;

/** Of the store of bytes: what was kept is not there or not as it was, or the store does not answer. */
const passingObjects = /^OBJECT_(MISSING|DAMAGED|AWAY)$/;

/** Whether a fault may be over by itself: then work is tried again for as long as it lasts, and nothing is given up. */
export function isPassing(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = String((at as { code?: unknown }).code ?? '');
    if (passingStates.test(code) || passingErrors.test(code) || passingObjects.test(code)) return true;
  }
  return false;
}
