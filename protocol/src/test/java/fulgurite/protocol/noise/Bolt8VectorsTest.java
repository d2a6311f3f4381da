package fulgurite.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.Vectors;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** BOLT 8, Appendix A, read as published: a script of inputs and outputs for each named test. */
class Bolt8VectorsTest {
    private static final String PREFIX_OF_HANDSHAKES = "transport-initiator,transport-responder";

    /** One line that counts: {@code key} without its colon or equals sign. */
    private record Line(String key, String value) {}

    private record Vector(String name, List<Line> lines) {
        String value(String key) {
            return lines.stream().filter(line -> line.key().equals(key)).findFirst().orElseThrow().value();
        }

        List<Line> script() {
            return lines.stream().filter(line -> line.key().equals("input") || line.key().equals("output")).toList();
        }
    }

    @Test
    void every_published_handshake_goes_as_published() throws IOException {
        List<Vector> handshakes = vectors().stream()
                .filter(vector -> PREFIX_OF_HANDSHAKES.contains(vector.name().split(" ")[0]))
                .toList();
        assertThat(handshakes).hasSize(5 + 10);
        handshakes.forEach(Bolt8VectorsTest::run);
        Vectors.report("BOLT 8", "handshake", handshakes.size());
    }

    @Test
    @Tag("rule:also-key-rotation")
    void the_published_frames_come_out_over_two_key_rotations() throws IOException {
        Vector vector = vectors().stream()
                .filter(any -> any.name().equals("transport-message test"))
                .findFirst()
                .orElseThrow();
        var expected = new TreeMap<Integer, String>();
        for (Line line : vector.lines())
            if (line.key().startsWith("output ")) expected.put(Integer.valueOf(line.key().substring(7)), line.value());
        assertThat(expected.keySet()).containsExactly(0, 1, 500, 501, 1000, 1001);

        CipherState sending = CipherState
                .start(Bytes32.fromHex(hex(vector.value("ck"))), Bytes32.fromHex(hex(vector.value("sk"))));
        CipherState receiving = sending;
        Bytes hello = Bytes.copyOf("hello".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i <= 1001; i++) {
            CipherState.Encrypted encrypted = sending.encrypt(hello);
            sending = encrypted.next();
            if (expected.containsKey(i)) assertThat(encrypted.frame().toHex()).isEqualTo(hex(expected.get(i)));
            CipherState.Decrypted header = receiving.decrypt(encrypted.frame().slice(0, 18)).orElseThrow();
            CipherState.Decrypted body = header.next().decrypt(encrypted.frame().slice(18, 39)).orElseThrow();
            assertThat(header.plaintext().toHex()).isEqualTo("0005");
            assertThat(body.plaintext()).isEqualTo(hello);
            receiving = body.next();
        }
        assertThat(receiving).isEqualTo(sending);
        Vectors.report("BOLT 8", "message encryption", expected.size());
    }

    private static void run(Vector vector) {
        PrivateKey localStatic = PrivateKey.fromHex(hex(vector.value("ls.priv")));
        PrivateKey ephemeral = PrivateKey.fromHex(hex(vector.value("e.priv")));
        assertThat(Curve.publicKey(localStatic).toHex()).isEqualTo(hex(vector.value("ls.pub")));
        assertThat(Curve.publicKey(ephemeral).toHex()).isEqualTo(hex(vector.value("e.pub")));
        HandshakeStep step = vector.name().startsWith("transport-initiator")
                ? Handshake.initiate(localStatic, NodeId.fromHex(hex(vector.value("rs.pub"))), ephemeral)
                : new HandshakeStep.Proceed(Handshake.respond(localStatic, ephemeral), Bytes.EMPTY);
        for (Line line : vector.script()) {
            if (line.key().equals("input")) {
                assertThat(step).as(vector.name()).isInstanceOf(HandshakeStep.Proceed.class);
                step = ((HandshakeStep.Proceed) step).next().receive(Bytes.fromHex(hex(line.value())));
            } else {
                expectOutput(vector.name(), line.value(), step);
            }
        }
        boolean succeeds = vector.name().endsWith("successful handshake");
        assertThat(step).as(vector.name())
                .isInstanceOf(succeeds ? HandshakeStep.Complete.class : HandshakeStep.Failed.class);
    }

    private static void expectOutput(String name, String output, HandshakeStep step) {
        if (output.startsWith("ERROR")) {
            String reason = output.substring("ERROR (".length(), output.length() - 1).split(" ")[0];
            assertThat(step).as(name)
                    .isEqualTo(new HandshakeStep.Failed(HandshakeFailure.valueOf(reason)));
        } else if (output.contains("=")) {
            CipherPair ciphers = ((HandshakeStep.Complete) step).ciphers();
            String[] keys = output.substring(output.indexOf('=') + 1).split(",");
            boolean sendingFirst = output.startsWith("sk,rk");
            assertThat(ciphers.sending().key().toHex()).isEqualTo(hex(keys[sendingFirst ? 0 : 1]));
            assertThat(ciphers.receiving().key().toHex()).isEqualTo(hex(keys[sendingFirst ? 1 : 0]));
        } else {
            assertThat(sent(step).toHex()).as(name).isEqualTo(hex(output));
        }
    }

    private static Bytes sent(HandshakeStep step) {
        return switch (step) {
            case HandshakeStep.Proceed proceed -> proceed.send();
            case HandshakeStep.Complete complete -> complete.send();
            case HandshakeStep.Failed failed -> throw new AssertionError("failed: " + failed.reason());
        };
    }

    private static String hex(String published) {
        return published.startsWith("0x") ? published.substring(2) : published;
    }

    private static List<Vector> vectors() throws IOException {
        var vectors = new ArrayList<Vector>();
        var lines = new ArrayList<Line>();
        for (String raw : read().split("\n")) {
            String text = raw.strip();
            if (text.startsWith("name: ")) {
                lines = new ArrayList<>();
                vectors.add(new Vector(text.substring(6), lines));
            } else
                if (text.matches(
                        "(rs\\.pub|ls\\.priv|ls\\.pub|e\\.priv|e\\.pub|ck|sk|rk|input|output( \\d+)?)[:=].*")) {
                            int border = text.split("[:=]")[0].length();
                            lines.add(new Line(text.substring(0, border), text.substring(border + 1).strip()));
                        }
        }
        return vectors;
    }

    private static String read() throws IOException {
        try (InputStream in = Bolt8VectorsTest.class.getResourceAsStream("bolt8-appendix-a.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
