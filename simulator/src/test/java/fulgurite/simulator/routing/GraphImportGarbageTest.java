package fulgurite.simulator.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.map.ChannelMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are broken, or made to break whoever reads them: each is read to an end, and what is bad in it is counted. */
class GraphImportGarbageTest {
    private static final String A = ScaleFree.node(1).toHex();
    private static final String B = ScaleFree.node(2).toHex();
    private static final List<String> GIANTS = List.of("-1", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "18446744073709551616", "9".repeat(900), "9".repeat(5000), "1e999999999", "1e9",
            "0.1", "NaN", "\"\"", "\"-\"", "\"0x10\"", "null", "true", "[]", "{}");

    private static Imported read(byte[] content) throws IOException {
        return GraphImport.read(new ByteArrayInputStream(content));
    }

    private static Imported read(String content) throws IOException {
        return read(content.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzipped(byte[] content) throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(content);
        }
        return zipped.toByteArray();
    }

    /** Whatever was read, routes can be searched on it: no term is out of its range. */
    private static void expectSound(Imported imported) {
        ChannelMap map = imported.map();
        for (int slot = 0; slot < map.topology().slots(); slot++) {
            ChannelMap.Terms terms = map.terms(slot);
            assertThat(terms.feeBaseMsat()).isBetween(0L, 0xffff_ffffL);
            assertThat(terms.feeMillionths()).isBetween(0L, 0xffff_ffffL);
            assertThat(terms.cltvDelta()).isBetween(0, 0xffff);
            assertThat(terms.minMsat()).isNotNegative();
            assertThat(terms.maxMsat()).isNotNegative();
            assertThat(terms.capacitySat()).isBetween(0L, 2_100_000_000_000_000L);
        }
        assertThat(imported.named().size()).isEqualTo((int) Math.min(20, imported.bad()));
    }

    @Test
    void every_form_may_break_off_after_any_byte() throws IOException {
        for (byte[] sample : GraphImportTest.samples()) {
            int whole = read(sample).map().topology().channels();
            long bad = read(sample).bad();
            long rows = read(sample).rows();
            byte[] zipped = gzipped(sample);
            for (int length = 0; length < sample.length; length++) {
                Imported imported = read(Arrays.copyOf(sample, length));
                expectSound(imported);
                assertThat(imported.map().topology().channels()).isLessThanOrEqualTo(whole);
            }
            for (int length = 3; length < zipped.length; length++) {
                Imported imported = read(Arrays.copyOf(zipped, length));
                expectSound(imported);
                // Only the checksum behind the last byte may be missing without a word.
                if (imported.bad() == bad && imported.rows() == rows)
                    assertThat(imported.map().topology().channels()).isEqualTo(whole);
                else
                    assertThat(imported.bad()).isPositive();
            }
        }
    }

    @Test
    void compressed_files_may_be_spoilt_anywhere() throws IOException {
        var random = new Random(3);
        for (byte[] sample : GraphImportTest.samples()) {
            byte[] zipped = gzipped(sample);
            for (int round = 0; round < 300; round++) {
                byte[] spoilt = zipped.clone();
                for (int i = 1 + random.nextInt(3); i > 0; i--)
                    spoilt[random.nextInt(spoilt.length)] ^= (byte) (1 << random.nextInt(8));
                expectSound(read(spoilt));
            }
        }
    }

    @Test
    void bytes_without_sense_behind_any_beginning_are_read_to_an_end() throws IOException {
        var random = new Random(5);
        for (byte[] sample : GraphImportTest.samples())
            for (int round = 0; round < 300; round++) {
                byte[] noise = new byte[random.nextInt(2000)];
                random.nextBytes(noise);
                int start = Math.min(sample.length, random.nextInt(120));
                var bytes = new ByteArrayOutputStream();
                bytes.write(sample, 0, start);
                bytes.writeBytes(noise);
                expectSound(read(bytes.toByteArray()));
            }
    }

    @Test
    void numbers_beyond_all_measure_are_named_and_no_channel_has_them() throws IOException {
        List<String> forms = List.of("""
                {"edges": [{"channel_id": "1", "node1_pub": "%s", "node2_pub": "%s", "capacity": #,
                  "node1_policy": {"time_lock_delta": #, "min_htlc": #, "fee_base_msat": #,
                    "fee_rate_milli_msat": #, "disabled": false, "max_htlc_msat": #}}]}""".formatted(A, B), """
                {"channels": [{"source": "%s", "destination": "%s", "short_channel_id": "1x1x1", "satoshis": #,
                  "active": true, "base_fee_millisatoshi": #, "fee_per_millionth": #, "delay": #,
                  "htlc_minimum_msat": #, "htlc_maximum_msat": #}]}""".formatted(A, B), """
                <graphml><graph><edge source="%s" target="%s"><data key="channel">1x1x1</data>
                  <data key="capacity_sat">#</data><data key="base_msat">#</data><data key="ppm">#</data>
                  <data key="cltv">#</data><data key="min_msat">#</data><data key="max_msat">#</data></edge></graph>
                </graphml>""".formatted(A, B), """
                id,channel_id,from_node_id,to_node_id,balance,fee_base,fee_proportional,min_htlc,timelock
                0,#,#,#,#,#,#,#,#""");
        for (String form : forms) {
            int fields = (int) form.chars().filter(letter -> letter == '#').count();
            assertThat(read(form.replace("#", "7")).format()).isNotEqualTo("unknown");
            for (int field = 0; field < fields; field++)
                for (String giant : GIANTS) {
                    var text = new StringBuilder();
                    int seen = 0;
                    for (char letter : form.toCharArray())
                        text.append(letter != '#' ? String.valueOf(letter) : seen++ == field ? giant : "7");
                    expectSound(read(text.toString()));
                }
        }
    }

    @Test
    void a_channel_that_is_told_twice_is_one_and_between_other_nodes_it_is_bad() throws IOException {
        String edge = "{\"channel_id\": \"1\", \"node1_pub\": \"%s\", \"node2_pub\": \"%s\", \"capacity\": \"%d\"}";
        String c = ScaleFree.node(3).toHex();
        Imported imported = read("{\"edges\": [" + edge.formatted(A, B, 5) + "," + edge.formatted(B, A, 9) + ","
                + edge.formatted(A, c, 7) + "]}");
        assertThat(imported.map().topology().channels()).isEqualTo(1);
        assertThat(imported.map().capacitySat(0)).isEqualTo(9);
        assertThat(imported.named()).singleElement().asString().contains("edge 3", "between other nodes already");
    }

    @Test
    @Timeout(60)
    void entities_are_neither_multiplied_nor_fetched(@TempDir Path directory) throws IOException {
        var laughs = new StringBuilder("<!DOCTYPE graphml [<!ENTITY l0 \"haha\">");
        for (int i = 1; i < 12; i++)
            laughs.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
        expectNothing(read(laughs + "]><graphml><edge source=\"&l11;\">&l11;</edge></graphml>"));

        Path secret = Files.writeString(directory.resolve("secret"), A);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
            String url = "http://127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort() + "/x";
            for (String outside : List.of(url, secret.toUri().toString())) {
                expectNothing(read("<!DOCTYPE graphml SYSTEM \"" + outside + "\"><graphml>&e;</graphml>"));
                expectNothing(read("<!DOCTYPE g [<!ENTITY e SYSTEM \"" + outside + "\">]><graphml><edge source=\"" + B
                        + "\" target=\"" + B + "\"><data key=\"channel\">&e;</data></edge></graphml>"));
                expectNothing(read("<!DOCTYPE g [<!ENTITY % e SYSTEM \"" + outside + "\"> %e;]><graphml/>"));
            }
            assertThat(server.accept()).as("a call to fetch what the file names").isNull();
        }
    }

    private static void expectNothing(Imported imported) {
        assertThat(imported.map().topology().channels()).isZero();
        assertThat(imported.named().toString()).doesNotContain("haha", A);
    }

    @Test
    void an_archive_is_told_to_be_one() throws IOException {
        assertThat(read("PK\3\4 and so on").named()).containsExactly("the file: is an archive: unpack it first");
    }

    /** In a JVM with 32 MB, which none of these would fit when it were kept. */
    @Test
    @Timeout(300)
    void what_a_small_compressed_file_unfolds_to_is_read_in_bounded_memory(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<String>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx32m",
                "-XX:+UseSerialGC", "-cp", classPath, GraphImportBombs.class.getName()));
        Process bombs = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = bombs.waitFor(280, TimeUnit.SECONDS);
        if (!ended) bombs.destroyForcibly();
        String told = Files.readString(output);
        assertThat(ended).as(told).isTrue();
        assertThat(bombs.exitValue()).as(told).isZero();
        assertThat(told.lines().filter(line -> line.startsWith("read"))).hasSize(GraphImportBombs.COUNT);
    }
}
