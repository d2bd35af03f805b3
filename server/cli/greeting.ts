import { type Config, publicUrl } from '#platform/config.ts';
import type { Fairlead } from '../wiring.ts';
import type { Progress } from './progress.ts';

/** Plays the demonstration on an empty database, then prints where to go and how to sign in. */
export async function greet(
  _fairlead: Fairlead,
  config: Config,
  options: { demonstration: boolean; progress: Progress },
): Promise<void> {
  printAddresses(config, options.progress);
}

function printAddresses(config: Config, progress: Progress): void {
  progress.line(`
  Fairlead is ready.

    console   ${publicUrl(config)}
    API       ${publicUrl(config)}/v1   (described at /docs)
    sftp      port ${config.sftp.port}
    smtp      port ${config.smtp.port}   (${config.desk.helpdeskAddress})
`);
}
