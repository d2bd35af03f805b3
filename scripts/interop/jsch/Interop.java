import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.io.File;
import java.io.OutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What JSch is tried with: see library-client.ts. */
public class Interop {
  public static void main(String[] args) throws Exception {
    JSch jsch = new JSch();
    jsch.addIdentity(args[2]);
    Session session = jsch.getSession(args[1], "127.0.0.1", Integer.parseInt(args[0]));
    session.setConfig("StrictHostKeyChecking", "no");
    session.connect(30_000);
    ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
    sftp.connect(30_000);
    act(session, sftp, args[3], args[4], args[5]);
    sftp.disconnect();
    session.disconnect();
  }

  private static void act(Session session, ChannelSftp sftp, String verb, String first, String second)
      throws Exception {
    switch (verb) {
      case "put" -> sftp.put(first, second);
      case "get" -> sftp.get(second, first);
      case "resume-put" -> sftp.put(first, second, ChannelSftp.RESUME);
      case "resume-get" -> sftp.get(second, first, null, ChannelSftp.RESUME);
      case "rename" -> sftp.rename(first, second);
      case "append" -> sftp.put(first, second, ChannelSftp.APPEND);
      case "put-timed" -> {
        sftp.put(first, second);
        sftp.setMtime(second, (int) (new File(first).lastModified() / 1000));
      }
      case "get-timed" -> {
        sftp.get(second, first);
        new File(first).setLastModified(sftp.stat(second).getMTime() * 1000L);
      }
      case "put-many" -> {
        for (String name : new File(first).list()) sftp.put(first + "/" + name, second + "/" + name);
      }
      case "get-many" -> {
        for (ChannelSftp.LsEntry entry : sftp.ls(second + "/many-*"))
          sftp.get(second + "/" + entry.getFilename(), first + "/" + entry.getFilename());
      }
      case "put-rekeying" -> {
        try (InputStream source = Files.newInputStream(Path.of(first)); OutputStream target = sftp.put(second)) {
          copyRekeying(session, source, target);
        }
      }
      case "get-rekeying" -> {
        // Between downloads: amid one JSch hangs, since its reading thread waits for the exchange that it has yet to read.
        for (int i = 0; i < 3; i++) {
          session.rekey();
          sftp.get(second, first);
        }
      }
      default -> throw new IllegalArgumentException("there is no " + verb);
    }
  }

  /** Exchanges keys anew after every five megabytes. */
  private static void copyRekeying(Session session, InputStream source, OutputStream target) throws Exception {
    byte[] piece = new byte[32_768];
    long copied = 0;
    for (int length; (length = source.read(piece)) > 0; copied += length) {
      target.write(piece, 0, length);
      if (copied / 5_000_000 != (copied + length) / 5_000_000) session.rekey();
    }
  }
}
