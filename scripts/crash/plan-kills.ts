/** What can be killed: the main process, the process of the SFTP door, PostgreSQL, or all of them at once. */
export type Victim = 'main' | 'sftp' | 'postgres' | 'all';
export const victims: Victim[] = ['main', 'sftp', 'postgres', 'all'];

/** A kill some time after the journey came to a step, or into the start that the kill before it brought about. */
export interface PlannedKill {
  victim: Victim;
  when: { step: number; afterMs: number } | { startUpAfterMs: number };
}

const longestAfterStepMs = 1_500;
const longestIntoStartUpMs = 2_000;

/**
 * Draws kills for a journey of `steps` steps, in their order: random steps but the last, which the journey is held back
 * from. About every fifth falls into a start-up; from three kills on, one hits all parts at once.
 */
export function planKills(random: () => number, kills: number, steps: number): PlannedKill[] {
  const below = (limit: number) => Math.floor(random() * limit);
  const startUps = kills < 2 ? 0 : Math.max(1, Math.round(kills / 5));
  const atSteps = Array.from({ length: kills - startUps }, () => below(steps - 1)).sort((a, b) => a - b);
  const drawn = atSteps.map((): Victim => victims[below(victims.length)] as Victim);
  if (kills >= 3 && !drawn.includes('all')) drawn[below(drawn.length)] = 'all';
  const restarted = restarts(drawn, startUps, below);
  return atSteps.flatMap((step, i) => {
    const kill: PlannedKill = {
      victim: drawn[i] as Victim,
      when: { step, afterMs: random() * longestAfterStepMs },
    };
    if (!restarted.has(i)) return [kill];
    const again: Victim = below(3) === 0 ? 'all' : 'main';
    return [kill, { victim: again, when: { startUpAfterMs: random() * longestIntoStartUpMs } }];
  });
}

/** Chooses kills that bring about a start of the main process, and makes such ones where there are too few. */
function restarts(drawn: Victim[], wanted: number, below: (limit: number) => number): Set<number> {
  const chosen = new Set<number>();
  while (chosen.size < wanted) {
    const i = below(drawn.length);
    if (drawn[i] === 'sftp' || drawn[i] === 'postgres') drawn[i] = 'main';
    chosen.add(i);
  }
  return chosen;
}
