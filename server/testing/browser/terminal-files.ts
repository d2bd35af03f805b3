import { employeeFile } from '../../demonstration/robot/employee-file.ts';
import { ackOf, fileName } from '../doors/bad-files.ts';
import type { TerminalState, World } from './terminal-states.ts';

const page: TerminalState['page'] = ({ customer }) =>
  `/customers/${customer.id}?tab=files&environment=sandbox`;

type Spoil = (row: Record<string, string>, index: number) => void;
/** A file of people whose titles hold a word that no other file has. */
const fileOf = (word: string, count: number, spoil: Spoil = () => {}) =>
  Buffer.from(
    employeeFile(0, count, (row, index) => {
      row['position_title'] = `Title ${word}`;
      spoil(row, index);
    }),
  );

interface Where {
  name?: string;
  folder?: string;
}

/** Puts a file, waits until its answer says what was expected, and gives its name. */
async function put(
  { sftp }: World,
  bytes: Buffer,
  expected: string,
  { name = fileName('DELTA'), folder = '/in/employees' }: Where = {},
): Promise<string> {
  await sftp.put(`${folder}/${name}`, bytes);
  const ack = await ackOf(sftp, name);
  if (ack.status !== expected) throw new Error(`${name} was answered ${ack.text}`);
  return name;
}

const transfer = (value: string, words: string, make: (world: World) => Promise<string>): TerminalState => ({
  state: `file_exchange.transfers.state=${value}`,
  door: 'file',
  who: 'manager',
  page,
  make: async (world) => [await make(world), words],
});

const lacksMost = (world: World, word: string) =>
  put(world, fileOf(word, 2), 'held', { name: fileName('FULL') });

/** Files, from the first that is loaded on: each builds on those before it. */
export const fileStates: TerminalState[] = [
  transfer('applied', 'Applied', (world) =>
    put(world, fileOf('first', 20), 'accepted', { name: fileName('FULL') }),
  ),
  transfer('applied', 'Applied', (world) =>
    put(
      world,
      fileOf('partly', 20, (row, index) => {
        if (index === 3) row['birth_date'] = '31/02/1990';
      }),
      'acceptedWithErrors',
    ),
  ),
  transfer('duplicate', 'Already processed', async (world) => {
    const bytes = fileOf('twice', 5);
    await put(world, bytes, 'accepted');
    return put(world, bytes, 'duplicate');
  }),
  transfer('rejected', 'Rejected', (world) =>
    put(world, Buffer.from(fileOf('bad', 5).toString().replace('employee_number', 'staff')), 'rejected'),
  ),
  transfer('validated', 'Valid (dry run)', (world) =>
    put(world, fileOf('dry', 5), 'accepted', { folder: '/in/validate' }),
  ),
  transfer('held', 'Held for approval', (world) => lacksMost(world, 'held')),
  transfer('superseded', 'Superseded', async (world) => {
    const name = await lacksMost(world, 'older');
    await world.sftp.put(`/in/employees/${name}`, fileOf('newer', 3));
    return name;
  }),
];
