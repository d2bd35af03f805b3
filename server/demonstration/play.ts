import type { Config } from '#platform/config.ts';
import type { Progress } from '../cli/progress.ts';
import type { Fairlead } from '../wiring.ts';

/** Plays the demonstration where it has not been played to its end; returns whether anything was played. */
export async function playDemonstration(_fairlead: Fairlead, _config: Config, _progress: Progress): Promise<boolean> {
  return false;
}
