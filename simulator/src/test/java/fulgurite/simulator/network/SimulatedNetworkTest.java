package fulgurite.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import fulgurite.simulator.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private static final PeerAddress ALICE = new PeerAddress("alice", 9735);
    private static final PeerAddress BOB = new PeerAddress("bob", 9735);
    private static final PeerAddress CAROL = new PeerAddress("carol", 9735);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Engine engine = Engine.create(3);
    private final SimulatedNetwork network = new SimulatedNetwork(engine, NetworkConditions.ORDINARY);
    private final Transport alice = network.transport(ALICE);
    private final Transport bob = network.transport(BOB);
    private final End dialled = new End();
    private final End accepted = new End();

    /** What one end saw. */
    private static final class End {
        private final List<LineEvent> events = new ArrayList<>();
        private final List<Line> lines = new ArrayList<>();

        private void on(LineEvent event) {
            events.add(event);
            if (event instanceof LineEvent.Opened(Line line)) lines.add(line);
        }

        private Bytes received() {
            return Bytes.concat(events.stream()
                    .filter(LineEvent.Received.class::isInstance)
                    .map(event -> ((LineEvent.Received) event).bytes())
                    .toArray(Bytes[]::new));
        }

        private Line line() {
            return lines.getLast();
        }
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void bytes_arrive_in_order_both_ways_whatever_their_latency() {
        connect();
        var sent = new ArrayList<Bytes>();
        for (int i = 0; i < 200; i++) {
            Bytes message = Bytes.ofOwned(new byte[]{(byte) i, 1, (byte) (2 * i), 7});
            sent.add(message);
            dialled.line().send(message);
            accepted.line().send(message.reversed());
            if (i % 20 == 0) engine.runFor(Duration.ofMillis(15));
        }
        engine.runFor(SECOND);
        assertThat(accepted.received()).isEqualTo(Bytes.concat(sent.toArray(Bytes[]::new)));
        assertThat(dialled.received())
                .isEqualTo(Bytes.concat(sent.stream().map(Bytes::reversed).toArray(Bytes[]::new)));
        assertThat(accepted.events.size()).as("some messages were split").isGreaterThan(200);
    }

    @Test
    void nothing_arrives_before_the_shortest_latency() {
        connect();
        dialled.line().send(Bytes.fromHex("01"));
        engine.runFor(NetworkConditions.ORDINARY.shortest().minusNanos(1));
        assertThat(accepted.events).isEmpty();
        engine.runFor(NetworkConditions.ORDINARY.longest());
        assertThat(accepted.received()).isEqualTo(Bytes.fromHex("01"));
    }

    @Test
    void the_dialler_sees_its_line_open_before_the_first_bytes() {
        bob.listen(line -> {
            line.send(Bytes.fromHex("aa"));
            return accepted::on;
        });
        alice.dial(BOB, dialled::on);
        engine.runFor(SECOND);
        assertThat(dialled.events).hasSize(2).first().isInstanceOf(LineEvent.Opened.class);
        assertThat(dialled.line().description()).isEqualTo("bob:9735");
    }

    @Test
    void dialling_where_nobody_listens_only_closes() {
        alice.dial(CAROL, dialled::on);
        engine.runFor(SECOND);
        assertThat(dialled.events).containsExactly(new LineEvent.Closed("nobody listens at carol:9735"));
    }

    @Test
    void closing_sends_what_is_queued_then_ends_both_halves() {
        connect();
        dialled.line().send(Bytes.fromHex("0102"));
        accepted.line().send(Bytes.fromHex("03"));
        dialled.line().close();
        dialled.line().send(Bytes.fromHex("ff"));
        engine.runFor(SECOND);
        assertThat(accepted.received()).isEqualTo(Bytes.fromHex("0102"));
        assertThat(accepted.events).last().isEqualTo(new LineEvent.Closed("closed by alice:9735"));
        assertThat(dialled.received()).isEqualTo(Bytes.EMPTY);
        assertThat(dialled.events).last().isEqualTo(new LineEvent.Closed("closed by this side"));
        assertThat(network.openLines()).isZero();
    }

    @Test
    void both_sides_may_close_at_once() {
        connect();
        dialled.line().close();
        accepted.line().close();
        engine.runFor(SECOND);
        assertThat(closings(dialled)).isEqualTo(1);
        assertThat(closings(accepted)).isEqualTo(1);
        assertThat(network.openLines()).isZero();
    }

    @Test
    void a_cut_loses_what_is_under_way_and_closes_both_ends_once() {
        connect();
        dialled.line().send(Bytes.fromHex("01"));
        network.disconnect(BOB, ALICE);
        dialled.line().send(Bytes.fromHex("02"));
        engine.runFor(SECOND);
        assertThat(accepted.received()).isEqualTo(Bytes.EMPTY);
        assertThat(closings(dialled)).isEqualTo(1);
        assertThat(closings(accepted)).isEqualTo(1);

        alice.dial(BOB, dialled::on);
        engine.runFor(SECOND);
        assertThat(dialled.events).last().isInstanceOf(LineEvent.Opened.class);
    }

    @Test
    void a_partition_refuses_lines_until_it_heals() {
        connect();
        network.partition(ALICE, BOB);
        alice.dial(BOB, dialled::on);
        engine.runFor(SECOND);
        assertThat(dialled.events).last().isEqualTo(new LineEvent.Closed("bob:9735 cannot be reached"));

        network.heal(BOB, ALICE);
        alice.dial(BOB, dialled::on);
        engine.runFor(SECOND);
        assertThat(dialled.events).last().isInstanceOf(LineEvent.Opened.class);
    }

    @Test
    void a_stopped_transport_frees_its_address_and_dials_no_more() {
        connect();
        bob.stop();
        bob.dial(ALICE, accepted::on);
        engine.runFor(SECOND);
        assertThat(closings(dialled)).isEqualTo(1);
        assertThat(accepted.events).last().isEqualTo(new LineEvent.Closed("this node is stopping"));
        assertThat(network.transport(BOB).listen(line -> event -> {})).isCompletedWithValue(BOB);
    }

    @Test
    void an_address_is_listened_at_once_only() {
        bob.listen(line -> event -> {});
        assertThat(network.transport(BOB).listen(line -> event -> {}).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("in use");
    }

    @Test
    void deliveries_are_in_the_trace() {
        connect();
        String before = engine.trace().hash();
        dialled.line().send(Bytes.fromHex("01"));
        engine.runFor(SECOND);
        assertThat(engine.trace().hash()).isNotEqualTo(before);
    }

    private void connect() {
        bob.listen(line -> {
            accepted.lines.add(line);
            return accepted::on;
        });
        alice.dial(BOB, dialled::on);
        engine.runFor(SECOND);
        assertThat(dialled.lines).hasSize(1);
        assertThat(network.openLines()).isEqualTo(1);
    }

    private static long closings(End end) {
        return end.events.stream().filter(LineEvent.Closed.class::isInstance).count();
    }
}
