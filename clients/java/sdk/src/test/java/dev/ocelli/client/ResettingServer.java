package dev.ocelli.client;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks just enough HTTP/2 to end every call with {@code RST_STREAM}, as a proxy may. */
final class ResettingServer implements AutoCloseable {
  private static final int PREFACE_BYTES = 24;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int ACK = 1;
  private static final int CANCEL = 8;

  final AtomicInteger calls = new AtomicInteger();
  private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

  ResettingServer() throws IOException {
    var thread = new Thread(this::serve, "resetting-server");
    thread.setDaemon(true);
    thread.start();
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private void serve() {
    while (!listening.isClosed()) {
      try (var connection = listening.accept()) {
        answer(connection);
      } catch (IOException closed) {
        // By either side.
      }
    }
  }

  private void answer(Socket connection) throws IOException {
    var in = new DataInputStream(connection.getInputStream());
    var out = new DataOutputStream(connection.getOutputStream());
    in.readNBytes(PREFACE_BYTES);
    writeFrame(out, SETTINGS, 0, 0);
    while (true) {
      int head = in.readInt(); // 24 bits of length, 8 of type
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      in.readNBytes(head >>> 8);
      int type = head & 0xff;
      if (type == SETTINGS && flags != ACK) {
        writeFrame(out, SETTINGS, ACK, 0);
      } else if (type == HEADERS) {
        calls.incrementAndGet();
        writeFrame(out, RST_STREAM, 0, stream, CANCEL);
      }
    }
  }

  private static void writeFrame(
      DataOutputStream out, int type, int flags, int stream, int... payload) throws IOException {
    out.writeInt(payload.length * Integer.BYTES << 8 | type);
    out.writeByte(flags);
    out.writeInt(stream);
    for (int word : payload) {
      out.writeInt(word);
    }
    out.flush();
  }
}
