import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The options that a script was called with; ends the process with a sentence and code 2 where one is unknown. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(options: Options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    return refuse(`${(error as Error).message.split('. ')[0]}. There are: ${known.join(', ')}.`);
  }
}

/** The number that an option names; undefined when it was left out. Ends the process where it is none from `least` on. */
export function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number;
  return refuse(`--${name} takes a whole number from ${least} on, not "${text}".`);
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
