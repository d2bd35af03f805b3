import type { Tables } from '../migrations/rows.generated.ts';

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/**
 * Columns of a table as a store reads them, `some_column as "someColumn"`. A column that is renamed, or holds something
 * else from now on, breaks the compile of the stores that read it.
 */
export type Row<Table extends keyof Tables, Column extends keyof Tables[Table] & string> = {
  [Name in Column as Camel<Name>]: Tables[Table][Name];
};
