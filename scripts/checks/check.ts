/** One check of `npm run check`: its name, and what it finds wrong, one line (or block) each. */
export interface Check {
  name: string;
  run(): Promise<string[]>;
}
