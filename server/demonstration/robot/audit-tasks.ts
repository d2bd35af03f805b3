import { createHash } from 'node:crypto';
import { Caller } from '../call.ts';
import { portal } from './portal-tasks.ts';
import type { Task } from './tasks.ts';

/** The data audit, from the customer's side: fetch the extract, compare with the own system, decide on differences. */
export const auditTasks: Record<string, Task> = {
  'fetch-extract': async (input: { link: string; sha256: string }, memory) => {
    const url = new URL(input.link);
    const caller = new Caller(url.origin);
    const path = `/api/links/${url.pathname.split('/').pop()}`;
    await caller.get(path);
    const { download } = (await caller.post(path)).json;
    const file = await caller.get(download.url);
    const sha256 = createHash('sha256').update(file.text).digest('hex');
    if (sha256 !== input.sha256) throw new Error('the extract has another hash than announced');
    memory.set('extract', file.text);
    return { rows: file.text.trimEnd().split('\n').length - 1, sha256 };
  },
  'upload-audit': async (input: { base: string; track: string; spoil: boolean }, memory) => {
    const lines = memory.get('extract').trimEnd().split(/\r?\n/);
    const [header = '', ...rows] = lines;
    const column = header.split(',').indexOf('department_code');
    // The customer's HR system knows one person by another department: a difference to be explained.
    if (input.spoil && rows[0] !== undefined && column >= 0) rows[0] = replaceCell(rows[0], column, 'OTHER');
    const text = `${[header, ...rows].join('\r\n')}\r\n`;
    return (
      await portal(memory, 'developer').post(
        `${input.base}/audits?track=${input.track}&fileName=hr-employees.csv`,
        text,
        {
          headers: { 'content-type': 'text/csv' },
        },
      )
    ).json;
  },
};

/** Replaces one cell of a line whose cells before it are not quoted with commas inside. */
function replaceCell(line: string, column: number, value: string): string {
  const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return cells.map((text, i) => (i === column ? value + (text.endsWith(',') ? ',' : '') : text)).join('');
}
