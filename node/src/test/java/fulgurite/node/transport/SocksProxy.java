package fulgurite.node.transport;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A SOCKS 5 proxy of a few lines: whatever is asked for, it connects to {@code target}; or answers with a refusal. */
final class SocksProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int target;
    private final int answer;
    /** What was asked for: the address's type, the address, the port, in hexadecimal. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    /** @param target a port on loopback; @param answer 0 to connect, else the refusal */
    SocksProxy(int target, int answer) throws IOException {
        this.target = target;
        this.answer = answer;
        Thread.ofVirtual().start(this::run);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void run() {
        try {
            for (;;) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            if (!HexFormat.of().formatHex(in.readNBytes(3)).equals("050100")) throw new IOException("no greeting");
            out.write(new byte[]{5, 0});
            in.skipNBytes(3);
            int type = in.readUnsignedByte();
            int size = type == 1 ? 4 : type == 4 ? 16 : in.readUnsignedByte();
            asked.add(type + " " + (type == 3
                    ? new String(in.readNBytes(size))
                    : HexFormat.of().formatHex(in.readNBytes(size))) + " " + in.readUnsignedShort());
            // An answer with a name in it, byte by byte.
            for (byte one : new byte[]{5, (byte) answer, 0, 3, 2, 'o', 'k', 1, 2}) {
                out.write(one);
                out.flush();
            }
            if (answer != 0) return;
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                Thread back = Thread.ofVirtual().start(() -> pipe(server, client));
                pipe(client, server);
                back.join();
            }
        } catch (IOException | InterruptedException ended) {
            return;
        }
    }

    private static void pipe(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ended) {
            return;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
