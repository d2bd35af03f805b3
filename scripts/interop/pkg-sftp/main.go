// What Go's pkg/sftp is tried with: see library-client.ts.
package main

import (
	"io"
	"log"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

func main() {
	log.SetFlags(0)
	port, user, keyFile, verb, args := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5:]
	pem := must(os.ReadFile(keyFile))
	key := must(ssh.ParsePrivateKey(pem))
	config := &ssh.ClientConfig{
		User:            user,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(key)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	}
	if strings.HasSuffix(verb, "-rekeying") {
		config.RekeyThreshold = 1_000_000
	}
	connection := must(ssh.Dial("tcp", "127.0.0.1:"+port, config))
	client := must(sftp.NewClient(connection))
	check(do(client, verb, args[0], args[1]))
	check(client.Close())
	connection.Close()
}

func do(client *sftp.Client, verb, first, second string) error {
	switch strings.TrimSuffix(verb, "-rekeying") {
	case "put":
		return put(client, first, second, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0)
	case "get":
		return get(client, first, second, os.O_TRUNC)
	case "resume-put":
		done := must(client.Stat(second)).Size()
		return put(client, first, second, os.O_WRONLY, done)
	case "resume-get":
		return get(client, first, second, os.O_APPEND)
	case "rename":
		return client.Rename(first, second)
	case "truncate":
		return client.Truncate(first, must(strconv.ParseInt(second, 10, 64)))
	case "append":
		return put(client, first, second, os.O_WRONLY|os.O_APPEND, 0)
	case "put-timed":
		check(put(client, first, second, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0))
		at := must(os.Stat(first)).ModTime()
		return client.Chtimes(second, at, at)
	case "get-timed":
		check(get(client, first, second, os.O_TRUNC))
		at := must(client.Stat(second)).ModTime()
		return os.Chtimes(first, at, at)
	case "put-many":
		for _, one := range must(os.ReadDir(first)) {
			check(put(client, path.Join(first, one.Name()), path.Join(second, one.Name()), os.O_WRONLY|os.O_CREATE, 0))
		}
	case "get-many":
		for _, one := range must(client.ReadDir(second)) {
			if strings.HasPrefix(one.Name(), "many-") {
				check(get(client, path.Join(first, one.Name()), path.Join(second, one.Name()), os.O_TRUNC))
			}
		}
	default:
		log.Fatalf("there is no %s", verb)
	}
	return nil
}

// put sends the local file to the remote one; from an offset on, both continue there.
func put(client *sftp.Client, local, remote string, flags int, offset int64) error {
	source := must(os.Open(local))
	defer source.Close()
	target, err := client.OpenFile(remote, flags)
	if err != nil {
		return err
	}
	if offset > 0 {
		must(source.Seek(offset, io.SeekStart))
		must(target.Seek(offset, io.SeekStart))
	}
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Close()
}

func get(client *sftp.Client, local, remote string, flags int) error {
	target := must(os.OpenFile(local, os.O_WRONLY|os.O_CREATE|flags, 0o600))
	source, err := client.Open(remote)
	if err != nil {
		return err
	}
	defer source.Close()
	if flags == os.O_APPEND {
		must(source.Seek(must(target.Stat()).Size(), io.SeekStart))
	}
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Close()
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
