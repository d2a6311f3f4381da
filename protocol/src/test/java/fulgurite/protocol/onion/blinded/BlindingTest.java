package fulgurite.protocol.onion.blinded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.onion.blinded.PathTlv.PaymentRelay;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlindingTest {
    private static final CltvDelta FINAL = new CltvDelta(24);

    @Test
    void every_hop_reads_what_was_put_in_and_nobody_else_does() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            int length = 1 + random.nextInt(6);
            List<PrivateKey> keys = keys(random, length);
            List<Blinding.Step> steps = keys.stream().map(key -> step(random, key)).toList();

            BlindedPath path = Blinding.path(key(random), steps);

            assertThat(path.hops().stream().map(hop -> hop.encryptedData().size()).distinct()).hasSize(1);
            PublicKey pathKey = path.firstPathKey();
            for (int i = 0; i < length; i++) {
                Bytes data = path.hops().get(i).encryptedData();
                Blinding.Opened opened = Blinding.open(keys.get(i), pathKey, data).orElseThrow();
                assertThat(withoutPadding(opened.data())).isEqualTo(steps.get(i).data());
                assertThat(Curve.publicKey(Blinding.tweaked(keys.get(i), pathKey)))
                        .isEqualTo(path.hops().get(i).blindedNodeId());
                assertThat(Blinding.open(key(random), pathKey, data)).isEmpty();
                assertThat(Blinding.open(keys.get(i), Curve.publicKey(key(random)), data)).isEmpty();
                pathKey = opened.nextPathKey();
            }
        }
    }

    @Test
    void data_of_any_lengths_come_to_one() {
        var key = new PrivateKey(Bytes.fromHex("11".repeat(32)));
        for (int more = 0; more < 300; more++) {
            List<Blinding.Step> padded = Blinding.padded(List.of(ofSize(key, 1), ofSize(key, 1 + more)));

            assertThat(padded.stream().map(step -> PathTlv.CODEC.toBytes(step.data()).size()).distinct())
                    .as("%s bytes more", more)
                    .hasSize(1);
        }
    }

    @Test
    void garbage_is_no_data_and_never_throws() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            PrivateKey nodeKey = key(random);
            PublicKey pathKey = Curve.publicKey(key(random));
            assertThat(Blinding.open(nodeKey, pathKey, bytes(random, random.nextInt(80)))).isEmpty();

            BlindedPath path = Blinding.path(key(random), List.of(step(random, nodeKey)));
            byte[] broken = path.hops().getFirst().encryptedData().toByteArray();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(Blinding.open(nodeKey, path.firstPathKey(), Bytes.ofOwned(broken))).isEmpty();
        }
    }

    @Test
    void a_path_key_that_is_no_point_opens_nothing() {
        var nowhere = new PublicKey(Bytes.fromHex("02" + "ff".repeat(32)));

        assertThat(Blinding.open(key(new Random(1)), nowhere, Bytes.zeros(40))).isEmpty();
    }

    @Test
    void data_with_an_unknown_even_record_are_refused_and_with_an_odd_one_kept() {
        var random = new Random(7);
        PrivateKey key = key(random);
        var odd = new TlvStream<PathTlv>(List.of(), List.of(new TlvStream.Unknown(17, Bytes.fromHex("aa"))));
        var even = new TlvStream<PathTlv>(List.of(), List.of(new TlvStream.Unknown(16, Bytes.fromHex("aa"))));
        var node = new NodeId(Curve.publicKey(key));
        BlindedPath kept = Blinding.path(key(random), List.of(new Blinding.Step(node, odd)));
        BlindedPath refused = Blinding.path(key(random), List.of(new Blinding.Step(node, even)));

        assertThat(Blinding.open(key, kept.firstPathKey(), kept.hops().getFirst().encryptedData())
                .orElseThrow()
                .data()).isEqualTo(odd);
        assertThat(Blinding.open(key, refused.firstPathKey(), refused.hops().getFirst().encryptedData())).isEmpty();
    }

    @Test
    void whatever_is_paid_for_a_path_the_payee_gets_at_least_its_amount() {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            List<PayInfo.Relaying> hops = relays(random);
            PayInfo info = PayInfo.of(hops, FINAL).orElseThrow();
            long amount = 1 + random.nextLong(seed % 2 == 0 ? 1_000_000L : 1_000_000_000_000L);
            var left = new MilliSatoshi(amount + info.feeBase().msat()
                    + Math.multiplyExact(amount, info.feeProportionalMillionths()) / 1_000_000);
            for (PayInfo.Relaying hop : hops) left = hop.relay().forwarded(left).orElseThrow();

            assertThat(left.msat()).as("seed %s", seed).isGreaterThanOrEqualTo(amount);
            assertThat(info.cltvDelta().blocks())
                    .isEqualTo(24 + hops.stream().mapToInt(hop -> hop.relay().cltvDelta().blocks()).sum());
        }
    }

    @Test
    void what_the_first_hop_keeps_can_be_taken_out_of_the_sum() {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            List<PayInfo.Relaying> hops = relays(random);
            PayInfo rest = PayInfo.of(hops.subList(1, hops.size()), FINAL).orElseThrow();
            PayInfo guessed = PayInfo.of(hops, FINAL).orElseThrow().without(hops.getFirst().relay());

            assertThat(guessed.feeBase().msat()).isBetween(rest.feeBase().msat(), rest.feeBase().msat() + 1);
            assertThat(guessed.feeProportionalMillionths()).isBetween(rest.feeProportionalMillionths(),
                    rest.feeProportionalMillionths() + 1);
            assertThat(guessed.cltvDelta()).isEqualTo(rest.cltvDelta());
        }
    }

    @Test
    void the_most_that_may_arrive_goes_through_every_channel() {
        for (int seed = 0; seed < 500; seed++) {
            List<PayInfo.Relaying> hops = relays(new Random(seed));
            MilliSatoshi carried = PayInfo.of(hops, FINAL).orElseThrow().htlcMaximum();
            for (PayInfo.Relaying hop : hops.reversed()) {
                assertThat(hop.maximum().atLeast(carried)).as("seed %s", seed).isTrue();
                // The most that the hop makes of it, rounded up as it does.
                long received = carried.msat() + hop.relay().feeBase().msat()
                        + carried.msat() * hop.relay().feeProportionalMillionths() / 1_000_000;
                carried = new MilliSatoshi(Math.max(0, received - 1));
            }
        }
    }

    @Test
    void sums_beyond_the_encoding_are_no_pay_info() {
        var dear = new PaymentRelay(new CltvDelta(1), 0xffffffffL, MilliSatoshi.msat(0xffffffffL));
        var hop = new PayInfo.Relaying(dear, MilliSatoshi.ZERO, MilliSatoshi.msat(1_000));

        assertThat(PayInfo.of(List.of(hop, hop), FINAL)).isEmpty();
        assertThat(dear.forwarded(MilliSatoshi.msat(0xffffffffL))).isEmpty();
    }

    @Test
    void paths_survive_as_an_invoice_tells_them() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var paths = new ArrayList<PaymentPath>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                BlindedPath path = Blinding.path(key(random),
                        keys(random, 1 + random.nextInt(3)).stream().map(key -> step(random, key)).toList());
                Introduction end = new Introduction.ChannelEnd(new ShortChannelId(random.nextLong()), i == 0);
                paths.add(new PaymentPath(seed % 2 == 0 ? path : new BlindedPath(end, path.firstPathKey(), path.hops()),
                        PayInfo.of(relays(random), FINAL).orElseThrow()));
            }

            assertThat(PaymentPath.decode(PaymentPath.encode(paths))).isEqualTo(paths);
        }
    }

    @Test
    void what_is_not_paths_is_malformed_and_nothing_else() {
        Bytes good = PaymentPath.encode(List.of(new PaymentPath(
                Blinding.path(key(new Random(3)), List.of(step(new Random(4), key(new Random(5))))),
                PayInfo.of(List.of(), FINAL).orElseThrow())));
        for (int cut = 0; cut < good.size(); cut++) {
            Bytes part = good.slice(0, cut);
            assertThatThrownBy(() -> PaymentPath.decode(part)).isInstanceOf(MalformedException.class);
        }
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            byte[] changed = good.toByteArray();
            for (int i = 0; i <= random.nextInt(3); i++)
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                Bytes read = PaymentPath.encode(PaymentPath.decode(Bytes.ofOwned(changed)));
                assertThat(PaymentPath.decode(read)).isEqualTo(PaymentPath.decode(Bytes.ofOwned(changed)));
            } catch (MalformedException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void a_payer_that_is_the_introduction_node_goes_on_at_the_second_hop() {
        var random = new Random(11);
        List<PrivateKey> keys = keys(random, 3);
        var relay = new PaymentRelay(new CltvDelta(40), 100, MilliSatoshi.msat(1_000));
        var channel = new ShortChannelId(77);
        List<Blinding.Step> steps = List.of(
                new Blinding.Step(id(keys.get(0)), TlvStream.of(new PathTlv.Channel(channel), relay)),
                new Blinding.Step(id(keys.get(1)), TlvStream.of(new PathTlv.NextNode(id(keys.get(2))), relay)),
                new Blinding.Step(id(keys.get(2)), TlvStream.of(new PathTlv.PathId(Bytes.fromHex("abcd")))));
        BlindedPath path = Blinding.path(key(random), steps);
        var hop = new PayInfo.Relaying(relay, MilliSatoshi.ZERO, MilliSatoshi.msat(1_000_000));
        var whole = new PaymentPath(path, PayInfo.of(List.of(hop, hop), FINAL).orElseThrow());

        PaymentPath second = whole.withoutFirst(keys.get(0),
                name -> name.equals(channel) ? Optional.of(id(keys.get(1))) : Optional.empty()).orElseThrow();
        PaymentPath last = second.withoutFirst(keys.get(1), name -> Optional.empty()).orElseThrow();

        assertThat(second.path().introduction()).isEqualTo(new Introduction.Node(id(keys.get(1))));
        assertThat(second.path().hops()).isEqualTo(path.hops().subList(1, 3));
        assertThat(second.info().cltvDelta()).isEqualTo(new CltvDelta(64));
        assertThat(last.path().introduction()).isEqualTo(new Introduction.Node(id(keys.get(2))));
        assertThat(last.withoutFirst(keys.get(2), name -> Optional.empty())).isEmpty();
        assertThat(whole.withoutFirst(keys.get(1), name -> Optional.empty())).isEmpty();
        assertThat(whole.withoutFirst(keys.get(0), name -> Optional.empty())).isEmpty();
    }

    private static Blinding.Step ofSize(PrivateKey key, int size) {
        return new Blinding.Step(id(key), TlvStream.of(new PathTlv.PathId(Bytes.zeros(size))));
    }

    private static Blinding.Step step(Random random, PrivateKey key) {
        var records = new ArrayList<PathTlv>();
        if (random.nextBoolean()) records.add(new PathTlv.Channel(new ShortChannelId(random.nextLong())));
        if (random.nextBoolean()) records.add(new PathTlv.NextNode(id(key(random))));
        if (random.nextBoolean()) records.add(new PathTlv.PathId(bytes(random, random.nextInt(300))));
        if (random.nextBoolean()) records.add(relay(random));
        if (random.nextInt(4) == 0) records.add(new PathTlv.AllowedFeatures(Features.EMPTY));
        return new Blinding.Step(id(key), new TlvStream<>(records, List.of()));
    }

    private static TlvStream<PathTlv> withoutPadding(TlvStream<PathTlv> data) {
        return new TlvStream<>(data.records().stream().filter(tlv -> !(tlv instanceof PathTlv.Padding)).toList(),
                data.unknown());
    }

    private static List<PayInfo.Relaying> relays(Random random) {
        var hops = new ArrayList<PayInfo.Relaying>();
        for (int i = 0; i <= random.nextInt(4); i++)
            hops.add(new PayInfo.Relaying(relay(random), MilliSatoshi.msat(random.nextInt(1_000)),
                    MilliSatoshi.msat(1_000_000_000L + random.nextInt(1_000_000_000))));
        return hops;
    }

    private static PaymentRelay relay(Random random) {
        return new PaymentRelay(new CltvDelta(random.nextInt(200)), random.nextInt(20_000),
                MilliSatoshi.msat(random.nextInt(10_000)));
    }

    private static List<PrivateKey> keys(Random random, int count) {
        var keys = new ArrayList<PrivateKey>();
        for (int i = 0; i < count; i++) keys.add(key(random));
        return keys;
    }

    private static NodeId id(PrivateKey key) {
        return new NodeId(Curve.publicKey(key));
    }

    private static PrivateKey key(Random random) {
        return new PrivateKey(bytes(random, 32));
    }

    private static Bytes bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }
}
