import { appendFileSync } from 'node:fs';

/** An employee that the Web API has taken, as its answer said. */
export interface EmployeeTaken {
  kind: 'employee';
  environment: string;
  companyCode: string;
  employeeNumber: string;
  version: number;
  /** Whether this very call changed anything. */
  changed: boolean;
}

/** A message of ours that was answered 202, with its receipt. */
export interface MessageTaken {
  kind: 'message';
  id: string;
  receipt: string;
}

/** A file whose upload was answered with OK, or a probe. */
export interface FileTaken {
  kind: 'file';
  user: string;
  name: string;
  sha256: string;
}

/** A webhook that we have answered with 2xx. */
export interface WebhookReceived {
  kind: 'webhook';
  id: string;
  type: string;
  sha256: string;
}

/** A mail of ours that the SMTP door answered with 250, by its Message-ID. */
export interface MailTaken {
  kind: 'mail';
  id: string;
}

/** What one side has told the other that it has: nothing of it may ever be lost, or done twice. */
export type Acknowledgement = EmployeeTaken | MessageTaken | FileTaken | MailTaken | WebhookReceived;

/** Writes acknowledgements down, one JSON object a line; nowhere when there is no file for them. */
export function acknowledgementsTo(file: string | undefined): (one: Acknowledgement) => void {
  return (one) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(one)}\n`);
  };
}
