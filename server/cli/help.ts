const text = `Fairlead takes a payroll vendor's customer from the first request for an integration to live traffic.

  npm start                       everything on this machine: database, console, doors, demonstration
  npm start -- --port N           http on N (4400), sftp on N+22, smtp on N+25; 0 picks free ports
  npm start -- --data-dir DIR     where data lives (./data)
  npm start -- --no-demo          play no demonstration; its people are there to sign in as

  fairlead serve [--roles web,worker,sftp,smtp] [--port N] [--data-dir DIR]
                                  for production: needs DATABASE_URL, never seeds, refuses default secrets
  fairlead migrate                brings the database at DATABASE_URL to this version
  fairlead invite EMAIL --name NAME [--role administrator]
                                  adds one of the vendor's people and prints a sign-in link: the first way in
  fairlead rotate-keys            gives every environment a new key and encrypts what is stored anew; with
                                  secrets.previous_master_key set, also puts the new master key in its place
  fairlead make-master-key        prints a new master key for secrets.master_key: 32 random bytes
  fairlead help                   this text

In a checkout, which is what it runs from, "fairlead" is: npx node server/main.ts
Settings: fairlead.defaults.toml lists and explains each; FAIRLEAD_CONFIG names a file with yours.
DATABASE_URL names a PostgreSQL 18 of your own; without it, start brings up the embedded one.
`;

/** `fairlead help`. */
export async function help(): Promise<void> {
  process.stdout.write(text);
}
