/** Where the doors are. */
export interface Addresses {
  http: string;
  sftp: { host: string; port: number };
  smtp: { host: string; port: number };
}
