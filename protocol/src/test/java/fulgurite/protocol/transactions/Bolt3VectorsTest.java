package fulgurite.protocol.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** BOLT 3, Appendixes B, C, E and F, read as published: every script, signature and transaction. */
class Bolt3VectorsTest {
    private static final Pattern SCRIPTS = Pattern
            .compile("# (?:HTLC #(\\d) (offered|received)|(to_local)) amount (\\d+) wscript ([0-9a-f]+)");

    @Test
    void the_published_funding_transaction_pays_our_funding_output() {
        TxOutput funding = Funding.output(
                PublicKey.fromHex("030e9f7b623d2ccc7c9bd44d66d5ce21ce504c0acf6385a132cec6d3c39fa711c1"),
                PublicKey.fromHex("023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb"),
                Bolt3.FUNDING_AMOUNT);
        var changeKey = Curve.publicKey(
                PrivateKey.fromHex("6bd078650fcee8444e4e09825227b801a1ca928debb750eb36e6d56124bb20e8"));
        var change = new TxOutput(new Satoshi(4_989_986_080L), Scripts.payToWitnessKeyHash(changeKey));
        TxInput published = Bolt3.FUNDING_TX.inputs().getFirst();
        assertThat(published.outPoint().txid())
                .isEqualTo(TxId.fromText("fd2105607605d2302994ffea703b09f66b6351816ee737a93e42a841ea20bbad"));
        var ours = new Tx(2, List.of(published), List.of(funding, change), 0);
        assertThat(ours).isEqualTo(Bolt3.FUNDING_TX);
        assertThat(ours.toBytes()).isEqualTo(Bolt3.FUNDING_TX.toBytes());
        assertThat(ours.txid()).isEqualTo(Bolt3.FUNDING.txid());
        Interpreter.check(
                ours, Tx.parse(
                        Bytes.fromHex(
                                "010000000100000000000000000000000000000000000000000000000000000000000000"
                                        + "00ffffffff03510101ffffffff0100f2052a010000001976a9143ca33c2e4446f4a305f2"
                                        + "3c80df8ad1afdcf652f988ac00000000")));
        Vectors.report("BOLT 3", "funding", 1);
    }

    @Test
    void the_published_keys_derive_from_the_published_secrets() {
        var base = PrivateKey.fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        var basepoint = PublicKey.fromHex("036d6caac248af96f6afa7f904f550253a0f3ef3f5aa2fe6838a95b216691468e2");
        var point = PublicKey.fromHex("025f7117a78150fe2ef97db7cfc83bd57b2e2c0d0dd25eaf467a4a1c2a45ce1486");
        assertThat(Curve.publicKey(base)).isEqualTo(basepoint);
        assertThat(Bolt3.PER_COMMITMENT_POINT).isEqualTo(point);
        assertThat(KeyDerivation.publicKey(basepoint, point).toHex())
                .isEqualTo("0235f2dbfaa89b57ec7b055afe29849ef7ddfeb1cefdb9ebdc43f5494984db29e5");
        assertThat(KeyDerivation.secret(base, basepoint, point).toHex())
                .isEqualTo("cbced912d3b21bf196a766651e436aff192362621ce317704ea2f75d87e7be0f");
        assertThat(KeyDerivation.revocationKey(basepoint, point).toHex())
                .isEqualTo("02916e326636d19c33f13e8c0c3a03dd157f332f3e99c317c141dd865eb01f8ff0");
        assertThat(KeyDerivation.revocationSecret(base, basepoint, Bolt3.PER_COMMITMENT_SECRET).toHex())
                .isEqualTo("d09ffff62ddb2297ab000cc85bcb4283fdeb6aa052affbc9dddcf33b61078110");
        Vectors.report("BOLT 3", "key derivation", 4);
    }

    @Test
    @Tag("rule:8")
    void the_published_channel_keys_and_obscuring_factor_are_ours() {
        CommitmentKeys keys = CommitmentKeys
                .derive(Bolt3.LOCAL.basepoints(), Bolt3.REMOTE.basepoints(), Bolt3.PER_COMMITMENT_POINT);
        assertThat(keys.localHtlc().toHex())
                .isEqualTo("030d417a46946384f88d5f3337267c5e579765875dc4daca813e21734b140639e7");
        assertThat(keys.remoteHtlc().toHex())
                .isEqualTo("0394854aa6eab5b2a8122cc726e9dded053a2184d88256816826d6231c068d4a5b");
        assertThat(keys.localDelayed().toHex())
                .isEqualTo("03fd5960528dc152014952efdb702a88f71e3c1653b2314431701ec77e57fde83c");
        assertThat(keys.revocation().toHex())
                .isEqualTo("0212a140cd0c6539d07cd08dfe09984dec3251ea808b892efeac3ede9402bf2b19");
        CommitmentParameters p = Bolt3.parameters(CommitmentFormat.STATIC_REMOTEKEY, new Satoshi(546));
        assertThat(p.obscuringFactor()).isEqualTo(0x2bb038521914L);
        Commitment commitment = Bolt3.build(p, 253, 7_000_000_000L, 3_000_000_000L);
        assertThat(CommitmentNumber.looksLikeCommitment(commitment.tx())).isTrue();
        assertThat(CommitmentNumber.read(commitment.tx(), p.obscuringFactor())).isEqualTo(42);
    }

    @Test
    @Tag("rule:8")
    @Tag("rule:10")
    @Tag("rule:15")
    void every_published_commitment_with_its_htlc_transactions() throws IOException {
        List<PublishedCommitment> vectors = appendixC();
        vectors.forEach(Bolt3VectorsTest::checkAppendixC);
        assertThat(vectors).hasSize(16);
        Vectors.report("BOLT 3", "commitments", vectors.size());
    }

    @Test
    @Tag("rule:8")
    @Tag("rule:10")
    @Tag("rule:11")
    @Tag("rule:15")
    void every_published_commitment_with_anchors_with_its_htlc_transactions() throws IOException {
        JsonNode vectors;
        try (InputStream in = Bolt3VectorsTest.class.getResourceAsStream("bolt3-appendix-f.json")) {
            vectors = new ObjectMapper().readTree(in);
        }
        for (JsonNode vector : vectors) checkAppendixF(vector);
        assertThat(vectors.size()).isEqualTo(9);
        Vectors.report("BOLT 3", "commitments with anchors", vectors.size());
    }

    private static void checkAppendixC(PublishedCommitment v) {
        CommitmentParameters p = Bolt3.parameters(CommitmentFormat.STATIC_REMOTEKEY, new Satoshi(546));
        Commitment c = Bolt3.build(p, v.number("local_feerate_per_kw"), v.number("to_local_msat"),
                v.number("to_remote_msat"), htlcsOf(v.name()));
        checkScripts(c, v.comments());
        Tx complete = checkSignatures(c, v.text("remote_signature"), v.text("output commit_tx"));
        assertThat(complete.inputs().getFirst().witness().stream().map(Bytes::toHex))
                .as(v.name())
                .contains(v.text("# local_signature") + "01");
        assertThat(c.htlcTransactions()).hasSize((int) v.number("num_htlcs"));
        List<String> signatures = v.all("remote_htlc_signature");
        List<String> transactions = v.allStarting("htlc_");
        for (int i = 0; i < signatures.size(); i++)
            checkHtlc(c.htlcTransactions().get(i), complete, signatures.get(i), transactions.get(i));
    }

    private static void checkAppendixF(JsonNode v) {
        CommitmentParameters p = Bolt3.parameters(
                CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, new Satoshi(v.get("DustLimitSatoshis").longValue()));
        Commitment c = Bolt3.build(
                p, v.get("FeePerKw").longValue(), v.get("LocalBalance").longValue(),
                v.get("RemoteBalance").longValue(),
                v.get("UseTestHtlcs").booleanValue() ? htlcsOf(v.get("Name").textValue()) : new int[0]);
        Tx complete = checkSignatures(
                c, v.get("RemoteSigHex").textValue(), v.get("ExpectedCommitmentTxHex").textValue());
        assertThat(c.htlcTransactions()).hasSize(v.get("HtlcDescs").size());
        for (int i = 0; i < c.htlcTransactions().size(); i++) {
            JsonNode htlc = v.get("HtlcDescs").get(i);
            checkHtlc(c.htlcTransactions().get(i), complete, htlc.get("RemoteSigHex").textValue(),
                    htlc.get("ResolutionTxHex").textValue());
        }
    }

    private static int[] htlcsOf(String name) {
        if (name.startsWith("simple")) return new int[0];
        return name.contains("same amount and preimage") ? new int[]{1, 5, 6} : new int[]{0, 1, 2, 3, 4};
    }

    private static void checkScripts(Commitment c, List<String> comments) {
        Stream<String> expected = comments.stream()
                .map(SCRIPTS::matcher)
                .filter(Matcher::matches)
                .map(m -> (m.group(3) == null ? m.group(1) + m.group(2) : "to_local") + m.group(4) + m.group(5));
        Stream<String> built = c.outputs().stream().flatMap(output -> switch (output) {
            case CommitmentOutput.Htlc(TxOutput o, Bytes script, CommittedHtlc htlc) -> Stream
                    .of(htlc.id() + htlc.direction().name().toLowerCase(java.util.Locale.ROOT) + o.amount().sat()
                            + script);
            case CommitmentOutput.ToLocal(TxOutput o, Bytes script) ->
                Stream.of("to_local" + o.amount().sat() + script);
            case CommitmentOutput.ToRemote r -> Stream.empty();
            case CommitmentOutput.LocalAnchor a -> Stream.empty();
            case CommitmentOutput.RemoteAnchor a -> Stream.empty();
        });
        // The last vector's text leaves out its to_local; the raw transaction holds it.
        assertThat(built.toList()).containsAll(expected.toList());
    }

    private static Tx checkSignatures(Commitment c, String remoteSignature, String raw) {
        Signature remote = Commitments.signForOwner(c, Bolt3.REMOTE.funding());
        assertThat(Curve.toDer(remote).toHex()).isEqualTo(remoteSignature);
        assertThat(Commitments.verifyForOwner(c, remote)).isTrue();
        Tx complete = Commitments.complete(c, remote, Bolt3.LOCAL.funding());
        assertThat(complete.toBytes().toHex()).isEqualTo(raw);
        Interpreter.check(complete, Bolt3.FUNDING_TX);
        return complete;
    }

    private static void checkHtlc(HtlcTransaction h, Tx commitment, String remoteSignature, String raw) {
        PublicKey point = Bolt3.PER_COMMITMENT_POINT;
        PrivateKey remoteSecret = KeyDerivation.secret(Bolt3.REMOTE.htlc(), Bolt3.REMOTE.basepoints().htlc(), point);
        PrivateKey localSecret = KeyDerivation.secret(Bolt3.LOCAL.htlc(), Bolt3.LOCAL.basepoints().htlc(), point);
        Signature remote = HtlcTransactions.signForOwner(h, remoteSecret);
        assertThat(Curve.toDer(remote).toHex()).isEqualTo(remoteSignature);
        assertThat(HtlcTransactions.verifyForOwner(h, remote, Curve.publicKey(remoteSecret))).isTrue();
        Tx complete = switch (h.htlc().direction()) {
            case OFFERED -> HtlcTransactions.completeTimeout(h, remote, localSecret);
            case RECEIVED -> HtlcTransactions
                    .completeSuccess(h, remote, Bolt3.preimage(h.htlc().id()), localSecret);
        };
        assertThat(complete.toBytes().toHex()).isEqualTo(raw);
        Interpreter.check(complete, commitment);
    }

    /** One vector of Appendix C: lines of "key: value" or "key = value", and comments. */
    private record PublishedCommitment(List<String> lines) {
        String name() {
            return text("name");
        }

        long number(String key) {
            return Long.parseLong(text(key));
        }

        String text(String key) {
            return all(key).getFirst();
        }

        List<String> all(String key) {
            return lines.stream()
                    .filter(line -> line.startsWith(key + ":") || line.startsWith(key + " ="))
                    .map(line -> line.split("[:=]", 2)[1].strip())
                    .toList();
        }

        List<String> allStarting(String prefix) {
            return lines.stream()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .toList();
        }

        List<String> comments() {
            return lines.stream().filter(line -> line.startsWith("#")).toList();
        }
    }

    private static List<PublishedCommitment> appendixC() throws IOException {
        var all = new ArrayList<PublishedCommitment>();
        try (InputStream in = Bolt3VectorsTest.class.getResourceAsStream("bolt3-appendix-c.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList()) {
                if (line.startsWith("name:")) all.add(new PublishedCommitment(new ArrayList<>()));
                all.getLast().lines().add(line);
            }
        }
        return all;
    }
}
