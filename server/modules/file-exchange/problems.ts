import { defineProblems } from '#platform/problem.ts';

/** Error codes of accounts, exchanges and transfers. What is wrong inside a file is a finding, not a problem. */
export const problems = defineProblems({
  'terms-changed': {
    status: 409,
    title: 'The terms were changed after you opened them',
    mend: 'Read the exchange again, check its terms, and send your decision with the new value of terms.',
  },
  'user-name-taken': {
    status: 409,
    title: 'This user name is taken',
    mend: 'Choose another user name, or leave it out to get one made.',
  },
  'invalid-public-key': {
    status: 422,
    title: 'This is not a public key that can sign in here',
    mend: 'Paste the one line of a file such as id_ed25519.pub: Ed25519, ECDSA, or RSA of 2048 bits or more. Never paste a private key.',
  },
  'too-many-accounts': {
    status: 409,
    title: 'This environment has as many SFTP accounts as it may have',
    mend: 'Register another key of an account that is there.',
  },
  'too-many-exchanges': {
    status: 409,
    title: 'This environment has as many exchanges as it may have',
    mend: 'Use or change an exchange that is there.',
  },
  'too-many-keys': {
    status: 409,
    title: 'This account has as many keys as it may have',
    mend: 'Take a key out of use that is no longer needed.',
  },
  'key-registered': {
    status: 409,
    title: 'This key is registered for the account already',
    mend: 'Nothing to do; sign in with it, or register another key.',
  },
  'exchange-exists': {
    status: 409,
    title: 'There is an exchange with this code in this environment',
    mend: 'Use that exchange, or another code.',
  },
  'invalid-file-name': {
    status: 422,
    title: 'A file cannot have this name',
    mend: 'Use at most 255 bytes, no slash and no control characters.',
  },
  'invalid-naming': {
    status: 422,
    title: 'No name could be checked against this naming',
    mend: 'Write it like KOWHAI_EMP_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv; what stands outside of braces stands for itself.',
  },
  'transfer-differs': {
    status: 409,
    title: 'The file is not the one that you looked at',
    mend: 'Read the transfer again and decide on what it shows now.',
  },
  'second-person': {
    status: 403,
    title: 'Whoever registered the key that a file was put with may not approve it',
    mend: 'Ask a colleague to look at the figures and approve the file.',
  },
  'transfer-not-held': {
    status: 409,
    title: 'This transfer is not held for a decision',
    mend: 'Read its timeline to see what became of it.',
  },
});
