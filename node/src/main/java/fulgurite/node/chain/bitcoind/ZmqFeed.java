package fulgurite.node.chain.bitcoind;

import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * What bitcoind publishes by ZeroMQ, on a thread of its own. Messages may be lost, and nobody says so: a listener takes
 * them as a reason to look, never as all that happens. A connection that breaks is made again, also when bitcoind
 * starts later.
 *
 * @see <a href="https://github.com/bitcoin/bitcoin/blob/master/doc/zmq.md">bitcoind's messages</a>
 */
final class ZmqFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqFeed.class);
    private static final int LOOK_UP_MILLIS = 200;
    private static final int RECONNECT_MILLIS = 100;
    private static final int LONGEST_RECONNECT_MILLIS = 5_000;
    private static final int HEARTBEAT_MILLIS = 10_000;
    /** Messages that wait here: more are lost. */
    private static final int MOST_WAITING = 100_000;

    private final List<String> endpoints;
    private final List<String> topics;
    private final Consumer<Message> listener;
    private final Thread thread;
    private volatile boolean closed;

    /** @param topic such as {@code rawblock}; @param body the hash or the raw bytes */
    record Message(String topic, Bytes body) {}

    private ZmqFeed(List<String> endpoints, List<String> topics, Consumer<Message> listener) {
        this.endpoints = endpoints;
        this.topics = topics;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("bitcoind-zmq").unstarted(this::run);
    }

    /** Listens until it is closed. @param listener called on the feed's thread: it must be quick */
    static ZmqFeed start(List<String> endpoints, List<String> topics, Consumer<Message> listener) {
        var feed = new ZmqFeed(endpoints, topics, listener);
        feed.thread.start();
        return feed;
    }

    private void run() {
        try (var context = new ZContext(); ZMQ.Socket socket = context.createSocket(SocketType.SUB)) {
            socket.setLinger(0);
            socket.setRcvHWM(MOST_WAITING);
            socket.setReceiveTimeOut(LOOK_UP_MILLIS);
            socket.setReconnectIVL(RECONNECT_MILLIS);
            socket.setReconnectIVLMax(LONGEST_RECONNECT_MILLIS);
            socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
            topics.forEach(socket::subscribe);
            endpoints.forEach(socket::connect);
            while (!closed) receive(socket);
        } catch (ZMQException | IllegalArgumentException e) {
            // Without it everything is found by looking.
            LOG.warn("cannot listen to bitcoind's ZeroMQ at {}: {}", endpoints, e.getMessage());
        }
    }

    private void receive(ZMQ.Socket socket) {
        byte[] topic = socket.recv();
        if (topic == null) return;
        var parts = new ArrayList<byte[]>();
        while (socket.hasReceiveMore()) {
            byte[] part = socket.recv();
            if (part == null) return;
            parts.add(part);
        }
        if (!parts.isEmpty())
            listener.accept(new Message(new String(topic, java.nio.charset.StandardCharsets.US_ASCII),
                    Bytes.ofOwned(parts.getFirst())));
    }

    @Override
    public void close() {
        closed = true;
    }
}
