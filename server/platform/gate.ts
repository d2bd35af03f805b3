/** Lets few callers work at once; the others wait, each source in its turn. */
export interface Gate {
  /** Waits for a turn; false when too many of this source wait already. Who was let in must leave. */
  enter(source: string): Promise<boolean>;
  leave(): void;
}

/** A gate for `atOnce` callers; of each source at most `waiting` wait, so that one source never crowds out another. */
export function createGate({ atOnce, waiting }: { atOnce: number; waiting: number }): Gate {
  const lines = new Map<string, (() => void)[]>();
  let inside = 0;
  return {
    enter: async (source) => {
      if (inside < atOnce) {
        inside += 1;
        return true;
      }
      const line = lines.get(source) ?? [];
      if (line.length >= waiting) return false;
      lines.set(source, line);
      await new Promise<void>((resolve) => line.push(resolve));
      return true;
    },
    leave: () => {
      for (const [source, line] of lines) {
        const next = line.shift();
        lines.delete(source);
        if (line.length > 0) lines.set(source, line);
        // The place passes to who waited longest of the source whose turn it is.
        if (next !== undefined) return next();
      }
      inside -= 1;
    },
  };
}
