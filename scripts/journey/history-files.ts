import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEmployeeHistory } from '#testing/employee-history.ts';
import { customer } from '../../server/demonstration/cast.ts';
import { companyCode } from '../../server/demonstration/robot/people.ts';

/** Writes the employees of a folder of CSVs as employee files; says what the API must count afterwards. */
export async function writeHistoryFiles(
  csv: string,
  employees: number,
  folder: string,
): Promise<{ files: string[]; expected: { employees: number; payRates: number } }> {
  const history = readEmployeeHistory({ folder: csv, customer: customer.code, companyCode, employees });
  const target = join(folder, 'history');
  mkdirSync(target, { recursive: true });
  const files: string[] = [];
  for (const { name, content } of history.files()) {
    const file = join(target, name);
    writeFileSync(file, content);
    files.push(file);
  }
  return { files, expected: { employees: history.employees, payRates: history.salaries } };
}
