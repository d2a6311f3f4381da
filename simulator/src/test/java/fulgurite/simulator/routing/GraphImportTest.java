package fulgurite.simulator.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One small network in every form of file, and garbage in every form. */
class GraphImportTest {
    private static final String A = ScaleFree.node(1).toHex();
    private static final String B = ScaleFree.node(2).toHex();
    private static final ShortChannelId ID = ShortChannelId.fromText("700000x12x1");
    private static final Terms FROM_A = new Terms(true, 1000, 250, 40, 1000, 990_000_000, 1_000_000);
    private static final Terms FROM_B = new Terms(false, 0, 10, 144, 1, 500_000_000, 1_000_000);
    private static final String LND = """
            {"nodes": [{"pub_key": "%s", "alias": "a", "addresses": [{"addr": "x"}]}, {"pub_key": "nonsense"}],
             "edges": [{"channel_id": "%d", "chan_point": "00:1", "node1_pub": "%s", "node2_pub": "%s",
               "capacity": "1000000", "last_update": 5,
               "node1_policy": {"time_lock_delta": 40, "min_htlc": "1000", "fee_base_msat": "1000",
                 "fee_rate_milli_msat": "250", "disabled": false, "max_htlc_msat": "990000000", "custom_records": {}},
               "node2_policy": {"time_lock_delta": 144, "min_htlc": "1", "fee_base_msat": "0",
                 "fee_rate_milli_msat": "10", "disabled": true, "max_htlc_msat": "500000000"}},
              {"channel_id": "x", "node1_pub": "%s", "node2_pub": "%s", "capacity": "1"},
              {"channel_id": "77", "node1_pub": "%s", "node2_pub": "%s", "capacity": "1", "node1_policy": null}]}
            """.formatted(A, ID.value(), A, B, A, B, A, A);
    private static final String CLN = """
            {"channels": [
              {"source": "%s", "destination": "%s", "short_channel_id": "%s", "public": true, "amount_msat": 1000000000,
               "active": true, "base_fee_millisatoshi": 1000, "fee_per_millionth": 250, "delay": 40,
               "htlc_minimum_msat": 1000, "htlc_maximum_msat": "990000000msat", "features": ""},
              {"source": "%s", "destination": "%s", "short_channel_id": "%s", "satoshis": 1000000, "active": false,
               "base_fee_millisatoshi": 0, "fee_per_millionth": 10, "delay": 144, "htlc_minimum_msat": "1msat",
               "htlc_maximum_msat": 500000000},
              {"source": "%s"}, 7]}
            """.formatted(A, B, ID, B, A, ID, A);

    private static Imported read(String content) throws IOException {
        return read(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Imported read(byte[] content) throws IOException {
        return GraphImport.read(new ByteArrayInputStream(content));
    }

    private static void expectTheNetwork(ChannelMap map, Terms fromA, Terms fromB) {
        assertThat(map.topology().channels()).isEqualTo(1);
        int slot = map.topology().slot(map.topology().channel(0), NodeId.fromHex(A)).orElseThrow();
        assertThat(map.terms(slot)).isEqualTo(fromA);
        assertThat(map.terms(map.topology().twin(slot))).isEqualTo(fromB);
    }

    @Test
    void what_lnd_describes_is_read_and_bad_rows_are_named() throws IOException {
        Imported imported = read(LND);
        assertThat(imported.format()).isEqualTo("json");
        expectTheNetwork(imported.map(), FROM_A, FROM_B);
        assertThat(imported.map().topology().channel(0)).isEqualTo(ID);
        assertThat(imported.rows()).isEqualTo(5);
        assertThat(imported.bad()).isEqualTo(3);
        assertThat(imported.named()).containsExactly("node 2: pub_key is no node id: nonsense",
                "edge 2: channel_id is no channel id: x", "edge 3: a channel of " + A + " with itself");
    }

    @Test
    void what_core_lightning_lists_is_read() throws IOException {
        Imported imported = read(CLN);
        expectTheNetwork(imported.map(), FROM_A, FROM_B);
        assertThat(imported.named()).containsExactly("channel 3: no satoshis", "channel 4: is no object");
        Imported nodes = read("{\"nodes\": [{\"nodeid\": \"" + A + "\"}, {}]}");
        assertThat(nodes.rows()).isEqualTo(2);
        assertThat(nodes.named()).containsExactly("node 2: no nodeid");
    }

    @Test
    void a_gzipped_file_is_read_as_what_it_holds() throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(LND.getBytes(StandardCharsets.UTF_8));
        }
        expectTheNetwork(read(zipped.toByteArray()).map(), FROM_A, FROM_B);
    }

    @Test
    void the_edges_of_cloth_are_read_with_both_balances_as_the_capacity() throws IOException {
        Imported imported = read(
                """
                        id,channel_id,counter_edge_id,from_node_id,to_node_id,balance,fee_base,fee_proportional,min_htlc,timelock
                        0,7,1,1,2,400000000,1000,250,1000,40
                        1,7,0,2,1,600000000,0,10,1,144
                        2,8,3,1,1,5,0,0,0,0
                        3,9,3,1
                        """);
        assertThat(imported.format()).isEqualTo("cloth");
        expectTheNetwork(imported.map(), new Terms(true, 1000, 250, 40, 1000, Long.MAX_VALUE, 1_000_000),
                new Terms(true, 0, 10, 144, 1, Long.MAX_VALUE, 1_000_000));
        assertThat(imported.named()).containsExactly("line 4: a channel of " + A + " with itself",
                "line 5: 4 cells under 10 columns");
    }

    @Test
    void a_gossip_store_is_read_and_a_record_with_a_wrong_checksum_is_left_out() throws IOException {
        Imported imported = read(gossipStore());
        assertThat(imported.format()).isEqualTo("gossip_store");
        expectTheNetwork(imported.map(), FROM_A, FROM_B);
        assertThat(imported.named()).containsExactly("record 6: its checksum is wrong",
                "record 7: is of an unknown type, 999");
    }

    private static byte[] gossipStore() throws IOException {
        NodeId a = NodeId.fromHex(A);
        NodeId b = NodeId.fromHex(B);
        ChannelAnnouncement announcement = OwnGossip.unsigned(new Bytes32(Bytes.zeros(32)), ID, Features.EMPTY,
                new OwnGossip.Side(a, a.key()), new OwnGossip.Side(b, b.key()));
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(0x10);
        record(out, 0, 256, ChannelAnnouncement.CODEC.toBytes(announcement).toByteArray(), 0);
        record(out, 0, 4101, amount(1_000_000), 0);
        boolean inOrder = a.compareTo(b) < 0;
        record(out, 0, 258, ChannelUpdate.CODEC.toBytes(update(FROM_A, inOrder ? 0 : 1)).toByteArray(), 0);
        record(out, 0, 258, ChannelUpdate.CODEC.toBytes(update(FROM_B, (inOrder ? 1 : 0) | 2)).toByteArray(), 0);
        record(out, 0x8000, 258, new byte[5], 0);
        record(out, 0, 4101, amount(5), 1);
        record(out, 0, 999, new byte[5], 0);
        return bytes.toByteArray();
    }

    private static byte[] amount(long sat) {
        return java.nio.ByteBuffer.allocate(8).putLong(sat).array();
    }

    private static void record(DataOutputStream out, int flags, int type, byte[] body, int spoil) throws IOException {
        byte[] message = new byte[body.length + 2];
        message[0] = (byte) (type >>> 8);
        message[1] = (byte) type;
        System.arraycopy(body, 0, message, 2, body.length);
        out.writeShort(flags);
        out.writeShort(message.length);
        out.writeInt(GossipStore.crc(1234, message) + spoil);
        out.writeInt(1234);
        out.write(message);
    }

    private static ChannelUpdate update(Terms terms, int flags) {
        return new ChannelUpdate(new Signature(Bytes.zeros(64)), new Bytes32(Bytes.zeros(32)), ID, 1, 1, flags,
                new CltvDelta(terms.cltvDelta()), new MilliSatoshi(terms.minMsat()),
                new MilliSatoshi(terms.feeBaseMsat()), terms.feeMillionths(), new MilliSatoshi(terms.maxMsat()),
                Bytes.EMPTY);
    }

    @Test
    void the_checksum_is_the_castagnoli_polynomial_s() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(GossipStore.crc(0, check)).isEqualTo(0xe3069283);
        var crc = new java.util.zip.CRC32C();
        crc.update(new byte[]{1, 2, 3});
        assertThat(GossipStore.crc(0, new byte[]{1, 2, 3})).isEqualTo((int) crc.getValue());
    }

    private static byte[] gossmap() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(CompressedGossmap.MAGIC.getBytes(StandardCharsets.US_ASCII));
        // One channel from node 1 to node 2; the second direction is disabled; then the columns.
        for (int number : new int[]{1, 1, 2, 1, 0xfd, 0xff, 0xff}) out.write(number);
        out.writeBytes(new byte[]{1, (byte) 0xfe, 0, 0x0f, 0x42, 0x40, 0});
        out.writeBytes(new byte[]{2, (byte) 0xfd, 3, (byte) 0xe8, 1, 0, 1});
        out.writeBytes(new byte[]{3, 0, 0, (byte) 0xfe, 0x1d, (byte) 0xcd, 0x65, 0, 1, 2});
        out.writeBytes(new byte[]{2, (byte) 0xfd, 3, (byte) 0xe8, 0, 0, 1});
        out.writeBytes(new byte[]{2, (byte) 250, 10, 0, 1});
        out.writeBytes(new byte[]{2, 40, (byte) 144, 0, 1});
        return out.toByteArray();
    }

    @Test
    void a_compressed_gossmap_is_read() throws IOException {
        Imported imported = read(gossmap());
        assertThat(imported.named()).isEmpty();
        assertThat(imported.format()).isEqualTo("gossmap");
        expectTheNetwork(imported.map(), FROM_A, FROM_B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"graph.graphml", "graph.json"})
    void what_is_exported_is_imported_as_it_was(String name, @TempDir Path directory) throws IOException {
        ChannelMap drawn = ScaleFree.draw(200, 800, 5);
        Path file = directory.resolve(name);
        GraphExport.write(drawn, file);
        Imported imported = GraphImport.read(file);
        assertThat(imported.named()).isEmpty();
        assertThat(imported.bad()).isZero();
        assertThat(imported.map().topology().nodes()).isEqualTo(200);
        for (int slot = 0; slot < drawn.topology().slots(); slot++) {
            assertThat(imported.map().terms(slot)).isEqualTo(drawn.terms(slot));
            assertThat(imported.map().topology().other(slot)).isEqualTo(drawn.topology().other(slot));
        }
    }

    static List<byte[]> samples() throws IOException {
        var graphml = new ByteArrayOutputStream();
        GraphMl.write(ScaleFree.draw(5, 10, 1), graphml);
        return List.of(LND.getBytes(StandardCharsets.UTF_8), CLN.getBytes(StandardCharsets.UTF_8), gossipStore(),
                gossmap(), graphml.toByteArray(),
                "id,channel_id,from_node_id,to_node_id,balance,fee_base,fee_proportional,min_htlc,timelock\n0,7,1,2,4,1,2,1,4"
                        .getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void garbage_never_throws_and_never_hangs(long seed) throws IOException {
        var random = new Random(seed);
        int bad = 0;
        for (byte[] sample : samples())
            for (int round = 0; round < 500; round++) if (read(spoilt(random, sample)).bad() > 0) bad++;
        for (int round = 0; round < 500; round++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            assertThat(read(noise).map().topology().channels()).isZero();
        }
        assertThat(bad).isGreaterThan(1000);
    }

    /** Some bytes changed, left out, or said twice. */
    private static byte[] spoilt(Random random, byte[] sample) {
        var bytes = new ArrayList<Byte>();
        int at = random.nextInt(sample.length);
        int until = at + 1 + random.nextInt(8);
        int how = random.nextInt(4);
        for (int i = 0; i < sample.length; i++) {
            boolean spoil = i >= at && i < until;
            if (how == 3 && i >= at) break;
            if (spoil && how == 0) continue;
            bytes.add(spoil && how == 1 ? (byte) random.nextInt(256) : sample[i]);
            if (spoil && how == 2) bytes.add(sample[i]);
        }
        byte[] spoilt = new byte[bytes.size()];
        for (int i = 0; i < spoilt.length; i++) spoilt[i] = bytes.get(i);
        return spoilt;
    }

    @Test
    void a_file_without_end_is_read_in_bounded_memory_and_named_when_it_breaks_off() throws IOException {
        // A hundred megabytes of one edge again and again, then it ends in the middle.
        String edge = LND.substring(LND.indexOf("{\"channel_id\""), LND.indexOf("{\"channel_id\": \"x\""));
        Imported imported = GraphImport.read(new Repeating("{\"edges\": [", edge, 100_000_000));
        assertThat(imported.rows()).isGreaterThan(100_000);
        assertThat(imported.map().topology().channels()).isEqualTo(1);
        assertThat(imported.named()).singleElement().asString().contains("no JSON");
    }

    @Test
    void deep_nesting_and_endless_text_are_refused_or_passed_over() throws IOException {
        assertThat(read("{\"edges\": " + "[".repeat(100_000)).bad()).isPositive();
        assertThat(read("{\"edges\": [{\"channel_id\": \"" + "9".repeat(1_000_000) + "\"}]}").bad()).isEqualTo(1);
        assertThat(read("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><graphml>&a;</graphml>").map().topology().channels())
                .isZero();
        assertThat(read("<graphml>" + "<a>".repeat(10_000)).bad()).isPositive();
    }

    @Test
    void more_channels_than_there_is_room_for_are_refused_and_named() {
        var builder = new GraphBuilder(2);
        for (int number = 1; number <= 4; number++)
            builder.channel("row " + number, new ShortChannelId(number), ScaleFree.node(1), ScaleFree.node(2), 5);
        Imported imported = builder.build("test");
        assertThat(imported.map().topology().channels()).isEqualTo(2);
        assertThat(imported.named()).containsExactly("row 3: more than 2 channels", "row 4: more than 2 channels");
    }

    @Test
    void mainnet_is_read_whole_where_it_is_at_hand() throws IOException {
        String named = System.getenv("FULGURITE_MAINNET_GRAPH");
        Assumptions.assumeTrue(named != null && Files.exists(Path.of(named)),
                "FULGURITE_MAINNET_GRAPH names no compressed GOSSMAP of mainnet");
        Imported imported = GraphImport.read(Path.of(named));
        assertThat(imported.bad()).isZero();
        assertThat(imported.map().topology().channels()).isGreaterThan(30_000);
    }

    /** A beginning, then the same again and again until so many bytes are told. */
    private static final class Repeating extends InputStream {
        private final byte[] start;
        private final byte[] again;
        private final long length;
        private long told;

        Repeating(String start, String again, long length) {
            this.start = start.getBytes(StandardCharsets.UTF_8);
            this.again = again.getBytes(StandardCharsets.UTF_8);
            this.length = length;
        }

        @Override
        public int read() {
            if (told >= length) return -1;
            long at = told++;
            return at < start.length ? start[(int) at] : again[(int) ((at - start.length) % again.length)] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) {
            int done = 0;
            for (int next = read(); next >= 0; next = read()) {
                into[offset + done++] = (byte) next;
                if (done == count) break;
            }
            return done == 0 ? -1 : done;
        }
    }
}
