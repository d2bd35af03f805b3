import type { SftpClient } from '../doors/bad-files.ts';
import type { Doors } from '../doors/open-doors.ts';
import { fileStates } from './terminal-files.ts';
import { mailStates } from './terminal-mails.ts';
import { recordStates } from './terminal-records.ts';

/** What brings something into a state: the doors of a real server, and what the customer holds for them. */
export interface World {
  doors: Doors;
  sftp: SftpClient;
  /** Sends a signed message to the customer's receiver. */
  message(id: string, data: object, timestamp?: string): Promise<void>;
  /** The customer's own endpoint answers this from now on. */
  answerWith(status: number): void;
}

/** Who opens the page. */
export type Looker = 'manager' | 'director' | 'lead' | 'portal';

/** How something that a door accepted ends: `make` brings it there through the door and gives the words to find it by. */
export interface TerminalState {
  /** `schema.table.column=value` where a column holds the state; words otherwise. */
  state: string;
  door: 'mail' | 'file' | 'message' | 'call' | 'upload';
  who: Looker;
  /** The page's address under the server's. */
  page(doors: Doors): string;
  make(world: World): Promise<string[]>;
}

/** The table: every state in which something that a door accepted comes to rest. */
export const terminalStates: TerminalState[] = [...fileStates, ...mailStates, ...recordStates];

/** States that pass by themselves, so that nothing comes to rest in them. */
export const passingStates = [
  'file_exchange.transfers.state=received',
  'file_exchange.transfers.state=checking',
  'file_exchange.transfers.state=applying',
  'data_audits.audits.state=comparing',
  'data_audits.extracts.state=making',
  'webhooks.deliveries.state=waiting',
  'webhooks.inbound.state=received',
  'mail.outbox.status=waiting',
  'desk.inbox.state=stored',
];
