/** Waits until `condition` gives something other than undefined, null or false; throws after the deadline. */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: { deadlineMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + (options.deadlineMs ?? 30_000);
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<T>;
    if (Date.now() > deadline)
      throw new Error(`gave up waiting until ${options.what ?? 'the condition holds'}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
