import ssh2 from 'ssh2';

/** A fresh Ed25519 key pair. About one in 500 that ssh2 makes it can't read itself; such a one is made anew. */
export function freshSshKey(comment: string): { public: string; private: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
