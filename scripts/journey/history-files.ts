/** Writes the employees of a folder of CSVs as employee files; says what the API must count afterwards. */
export async function writeHistoryFiles(
  _csv: string,
  _employees: number,
  _folder: string,
): Promise<{ files: string[]; expected: { employees: number; payRates: number } }> {
  throw new Error('not built yet');
}
