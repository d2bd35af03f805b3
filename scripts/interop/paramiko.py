import os
import shutil
import stat
import sys

import paramiko

# What paramiko is tried with: see library-client.ts.

port, user, key_file, verb, *args = sys.argv[1:]
transport = paramiko.Transport(("127.0.0.1", int(port)))
if verb.endswith("-rekeying"):
    transport.packetizer.REKEY_BYTES = 1_000_000
transport.connect(username=user, pkey=paramiko.Ed25519Key.from_private_key_file(key_file))
sftp = paramiko.SFTPClient.from_transport(transport)


def resume_put(local, remote):
    with open(local, "rb") as source, sftp.open(remote, "r+b") as target:
        done = sftp.stat(remote).st_size
        source.seek(done)
        target.seek(done)
        shutil.copyfileobj(source, target)


def resume_get(local, remote):
    with sftp.open(remote, "rb") as source, open(local, "ab") as target:
        source.seek(target.tell())
        shutil.copyfileobj(source, target)


def append(local, remote):
    with open(local, "rb") as source, sftp.open(remote, "ab") as target:
        shutil.copyfileobj(source, target)


def put_timed(local, remote):
    sftp.put(local, remote)
    seconds = int(os.stat(local).st_mtime)
    sftp.utime(remote, (seconds, seconds))


def get_timed(local, remote):
    sftp.get(remote, local)
    seconds = sftp.stat(remote).st_mtime
    os.utime(local, (seconds, seconds))


def put_many(local, remote):
    for name in sorted(os.listdir(local)):
        sftp.put(f"{local}/{name}", f"{remote}/{name}")


def get_many(local, remote):
    for entry in sftp.listdir_attr(remote):
        if entry.filename.startswith("many-") and stat.S_ISREG(entry.st_mode):
            sftp.get(f"{remote}/{entry.filename}", f"{local}/{entry.filename}")


verbs = {
    "put": sftp.put,
    "get": lambda local, remote: sftp.get(remote, local),
    "resume-put": resume_put,
    "resume-get": resume_get,
    "rename": sftp.rename,
    "truncate": lambda remote, size: sftp.truncate(remote, int(size)),
    "append": append,
    "put-timed": put_timed,
    "get-timed": get_timed,
    "put-many": put_many,
    "get-many": get_many,
    "put-rekeying": sftp.put,
    "get-rekeying": lambda local, remote: sftp.get(remote, local),
}
verbs[verb](*args)
sftp.close()
transport.close()
