package fulgurite.protocol.payment;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.PaymentData;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.onion.blinded.BlindedPath;
import fulgurite.protocol.onion.blinded.Blinding;
import fulgurite.protocol.onion.blinded.PathTlv;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.payment.forwarded.ForwardDecision;
import fulgurite.protocol.payment.forwarded.Forwarding;
import fulgurite.protocol.payment.forwarded.ForwardingPolicy;
import fulgurite.protocol.payment.incoming.IncomingPayment;
import fulgurite.protocol.payment.incoming.IncomingState;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.payment.incoming.OwnPath;
import fulgurite.protocol.payment.outgoing.Attempt;
import fulgurite.protocol.payment.outgoing.AttemptFailure;
import fulgurite.protocol.payment.outgoing.OutgoingCommand;
import fulgurite.protocol.payment.outgoing.OutgoingEffect;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingPayment;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentFailure;
import fulgurite.protocol.payment.outgoing.PaymentRoute;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole way of an HTLC over a blinded path without channels: payer 0, introduction node 1, node 2, payee 3, and back. */
class BlindedPaymentTest {
    private static final ForwardingPolicy CHEAP = policy(FEE);
    private static final CltvExpiry UNTIL = CltvExpiry.at(HEIGHT).plus(new CltvDelta(200));
    private static final Invoice INVOICE = Invoice.blinded(PREIMAGE, SECRET, Optional.of(AMOUNT), "", FINAL_DELTA, NOW,
            NOW.plusSeconds(60));

    private OutgoingState payer = OutgoingPayment.initial();

    private static ForwardingPolicy policy(MilliSatoshi fee) {
        return ForwardingPolicy.of(new RoutingPolicy(fee, 0, DELTA, MilliSatoshi.msat(1), AMOUNT.times(2)));
    }

    /** To node 3, whose payer comes by so many nodes. */
    private static PaymentPath path(int before, PaymentSecret secret) {
        var legs = new ArrayList<OwnPath.Leg>();
        for (int i = 3 - before; i < 3; i++)
            legs.add(new OwnPath.Leg(node(i), channel(i), CHEAP.terms(), AMOUNT.times(2)));
        Invoice invoice = Invoice.blinded(PREIMAGE, secret, Optional.of(AMOUNT), "", FINAL_DELTA, NOW,
                NOW.plusSeconds(60));
        return OwnPath.over(legs, node(3), invoice, UNTIL, new PrivateKey(bytes("path"))).orElseThrow();
    }

    private static PaymentTerms terms(PaymentPath path) {
        return PaymentTerms.overBlindedPaths(PaymentTerms.hashOf(PREIMAGE), AMOUNT, List.of(path), LIMITS);
    }

    /** From node 0 to the introduction node, its neighbour, and on by the path as if it were one channel. */
    private static PaymentRoute route(PaymentTerms terms, int introduction) {
        var delta = new CltvDelta(3 + FINAL_DELTA.blocks() + 2 * DELTA.blocks());
        return new PaymentRoute(List.of(
                new PaymentRoute.Hop(node(0), node(introduction), channel(0), AMOUNT.plus(FEE.times(2)), delta),
                new PaymentRoute.Hop(node(introduction), terms.destination(), new ShortChannelId(0), AMOUNT,
                        new CltvDelta(3))));
    }

    private IncomingHtlc offered(PaymentTerms terms, int introduction) {
        pay(new OutgoingCommand.Start(terms));
        var offer = (OutgoingEffect.OfferHtlc) pay(new OutgoingCommand.RouteFound(route(terms, introduction)))
                .getFirst();
        return new IncomingHtlc(htlc(1), offer.amount(), offer.expiry(), offer.paymentHash(), offer.onion());
    }

    private List<OutgoingEffect> pay(OutgoingCommand command) {
        var accepted = accepted(OutgoingPayment.decide(context("session"), payer, command));
        for (OutgoingEvent event : accepted.events()) payer = OutgoingPayment.evolve(payer, event);
        return accepted.effects();
    }

    /** Node {@code node} receives the HTLC; the answer is what its channel returns to the node before it. */
    private static HtlcAnswer received(int node, IncomingHtlc htlc, ForwardingPolicy second, IncomingState payee) {
        Arrival arrival = Arrival.open(key(node), htlc);
        HtlcAnswer answer = switch (arrival) {
            case Arrival.Unreadable bad -> bad.answer();
            case Arrival.ForUs ours -> PaymentAlongHopsTest.answer(payee, ours);
            case Arrival.ToForward on -> forwarded(node, on, second, payee);
        };
        // As the channel does.
        return htlc.pathKey().isPresent() && !(answer instanceof HtlcAnswer.Fulfil)
                ? new HtlcAnswer.FailMalformed(htlc.key(),
                        new FailureMessage.InvalidOnionBlinding(Hashes.sha256(htlc.onion())))
                : answer;
    }

    private static HtlcAnswer forwarded(int node, Arrival.ToForward arrival, ForwardingPolicy second,
            IncomingState payee) {
        ForwardingPolicy policy = node == 2 ? second : CHEAP;
        return switch (Forwarding.decide(HEIGHT, new CltvDelta(1), arrival, Optional.of(policy))) {
            case ForwardDecision.Fail fail -> fail.answer();
            case ForwardDecision.Forward forward -> returned(arrival, received(node + 1,
                    new IncomingHtlc(htlc(node + 1), forward.amount(), forward.expiry(), forward.paymentHash(),
                            forward.onion(), forward.pathKey()),
                    second, payee));
        };
    }

    private static HtlcAnswer returned(Arrival.ToForward arrival, HtlcAnswer downstream) {
        if (!(downstream instanceof HtlcAnswer.Fulfil) && Forwarding.isIntroduction(arrival))
            return Forwarding.failedOnBlindedPath(arrival.htlc(), arrival.secret());
        return PaymentAlongHopsTest.returned(arrival, downstream);
    }

    private static IncomingState expecting() {
        return new IncomingState.Open(INVOICE, Optional.of(Bytes.fromHex("00")), List.of());
    }

    @Test
    void an_invoice_is_paid_over_a_path_of_two_nodes_before_the_payee() {
        HtlcAnswer answer = received(1, offered(terms(path(2, SECRET)), 1), CHEAP, expecting());

        pay(new OutgoingCommand.HtlcFulfilled(1, ((HtlcAnswer.Fulfil) answer).preimage()));
        assertThat(payer).isInstanceOf(OutgoingState.Succeeded.class);
    }

    @Test
    void each_node_of_the_path_is_told_to_keep_its_fee_and_delta_and_the_payee_gets_its_amount() {
        IncomingHtlc first = offered(terms(path(2, SECRET)), 1);
        var one = (Arrival.ToForward) Arrival.open(key(1), first);
        assertThat(one.onward()).isEqualTo(new Arrival.Onward(AMOUNT.plus(FEE),
                CltvExpiry.at(HEIGHT).plus(new CltvDelta(3 + 18 + 40)), new Arrival.ByChannel(channel(1))));
        assertThat(one.blinded().orElseThrow().introduction()).isTrue();
        var two = (Arrival.ToForward) Arrival.open(key(2), onward(one));
        assertThat(two.onward()).isEqualTo(new Arrival.Onward(AMOUNT,
                CltvExpiry.at(HEIGHT).plus(new CltvDelta(3 + 18)), new Arrival.ByChannel(channel(2))));
        assertThat(two.blinded().orElseThrow().introduction()).isFalse();
        var last = (Arrival.ForUs) Arrival.open(key(3), onward(two));
        assertThat(last.payload()).isEqualTo(new Arrival.OverBlindedPath(AMOUNT,
                CltvExpiry.at(HEIGHT).plus(new CltvDelta(3)), AMOUNT, Optional.of(SECRET.bytes())));
    }

    private static IncomingHtlc onward(Arrival.ToForward arrival) {
        return new IncomingHtlc(htlc(9), arrival.onward().amount(), arrival.onward().expiry(),
                arrival.htlc().paymentHash(), arrival.next().toBytes(),
                arrival.blinded().map(Arrival.Blinded::nextPathKey));
    }

    @Test
    @Tag("rule:blinded")
    void whatever_fails_on_the_path_the_payer_hears_one_thing_from_the_introduction_node() {
        var dear = policy(FEE.plus(MilliSatoshi.msat(1)));
        List<Supplier<HtlcAnswer>> faults = List.of(
                () -> received(1, offered(terms(path(2, SECRET)), 1), dear, expecting()),
                () -> received(1, offered(terms(path(2, SECRET)), 1), CHEAP, IncomingPayment.initial()),
                () -> received(1, offered(terms(path(2, new PaymentSecret(bytes("another")))), 1), CHEAP,
                        expecting()));
        for (Supplier<HtlcAnswer> fault : faults) {
            payer = OutgoingPayment.initial();
            pay(new OutgoingCommand.HtlcFailed(1, ((HtlcAnswer.Fail) fault.get()).reason()));

            var failed = (Attempt.Failed) payer.attempts().getFirst().outcome();
            var said = (AttemptFailure.HopFailed) failed.failure();
            assertThat(said.hop()).isEqualTo(0);
            assertThat(said.failure()).isInstanceOf(FailureMessage.InvalidOnionBlinding.class);
        }
    }

    @Test
    void a_payee_that_is_its_own_introduction_node_says_itself_why_not() {
        HtlcAnswer answer = received(3, offered(terms(path(0, SECRET)), 3), CHEAP, IncomingPayment.initial());

        pay(new OutgoingCommand.HtlcFailed(1, ((HtlcAnswer.Fail) answer).reason()));
        assertThat(payer).isInstanceOfSatisfying(OutgoingState.Failed.class, failed -> assertThat(failed.failure())
                .isInstanceOf(PaymentFailure.RefusedByDestination.class));
    }

    @Test
    void a_route_that_ends_otherwise_than_with_a_path_is_not_taken() {
        PaymentTerms terms = terms(path(2, SECRET));
        pay(new OutgoingCommand.Start(terms));
        var hops = new ArrayList<>(route(terms, 1).hops());
        PaymentRoute.Hop last = hops.removeLast();
        hops.add(new PaymentRoute.Hop(last.from(), last.to(), new ShortChannelId(1), last.amount(), last.delta()));

        pay(new OutgoingCommand.RouteFound(new PaymentRoute(hops)));

        assertThat(payer).isInstanceOfSatisfying(OutgoingState.Failed.class, failed -> assertThat(failed.failure())
                .isEqualTo(new PaymentFailure.NoRoute("the route does not end with a blinded path")));
    }

    @Test
    @Tag("rule:blinded")
    void an_invoice_with_paths_is_not_paid_by_its_secret_and_one_without_not_over_a_path() {
        var plain = new Arrival.ForUs(new IncomingHtlc(htlc(1), AMOUNT, UNTIL, INVOICE.paymentHash(), Bytes.EMPTY),
                HopPayload.Final.ofInvoice(AMOUNT, UNTIL, new PaymentData(SECRET, AMOUNT), Optional.empty()),
                new fulgurite.protocol.onion.SharedSecret(fulgurite.protocol.units.Bytes32.ZERO));
        var blinded = new Arrival.ForUs(plain.htlc(), new Arrival.OverBlindedPath(AMOUNT, UNTIL, AMOUNT,
                Optional.of(SECRET.bytes())), plain.secret());
        var unnamed = new Arrival.ForUs(plain.htlc(),
                new Arrival.OverBlindedPath(AMOUNT, UNTIL, AMOUNT, Optional.empty()), plain.secret());
        var open = new IncomingState.Open(INVOICE, Optional.empty(), List.of());

        assertThat(PaymentAlongHopsTest.answer(open, plain)).isInstanceOf(HtlcAnswer.Fulfil.class);
        assertThat(PaymentAlongHopsTest.answer(open, blinded)).isInstanceOf(HtlcAnswer.Fail.class);
        assertThat(PaymentAlongHopsTest.answer(expecting(), plain)).isInstanceOf(HtlcAnswer.Fail.class);
        assertThat(PaymentAlongHopsTest.answer(expecting(), blinded)).isInstanceOf(HtlcAnswer.Fulfil.class);
        assertThat(PaymentAlongHopsTest.answer(expecting(), unnamed)).isInstanceOf(HtlcAnswer.Fail.class);
    }

    @Test
    @Tag("rule:blinded")
    void an_htlc_that_lasts_too_long_or_is_too_small_is_refused_by_the_first_node() {
        IncomingHtlc good = offered(terms(path(2, SECRET)), 1);
        CltvExpiry last = UNTIL.plus(DELTA).plus(DELTA);

        assertThat(Arrival.open(key(1), with(good, good.amount(), last))).isInstanceOf(Arrival.ToForward.class);
        refused(with(good, good.amount(), last.plus(new CltvDelta(1))));
        refused(with(good, MilliSatoshi.ZERO, good.expiry()));
        refused(with(good, FEE, good.expiry()));
    }

    private static IncomingHtlc with(IncomingHtlc htlc, MilliSatoshi amount, CltvExpiry expiry) {
        return new IncomingHtlc(htlc.key(), amount, expiry, htlc.paymentHash(), htlc.onion(), htlc.pathKey());
    }

    private static void refused(IncomingHtlc htlc) {
        assertThat(Arrival.open(key(1), htlc)).isInstanceOfSatisfying(Arrival.Unreadable.class, bad -> {
            assertThat(bad.atIntroduction()).isEqualTo(htlc.pathKey().isEmpty());
            assertThat(Forwarding.isIntroduction(bad)).isEqualTo(htlc.pathKey().isEmpty());
            assertThat(bad.answer()).isInstanceOf(HtlcAnswer.Fail.class);
        });
    }

    @Test
    void data_that_do_not_say_one_way_and_what_to_keep_or_allow_a_feature_are_refused() {
        var relay = new PathTlv.PaymentRelay(DELTA, 0, FEE);
        var to = new PathTlv.Channel(channel(1));
        var node = new PathTlv.NextNode(node(2));
        assertThat(told(to, relay)).isInstanceOf(Arrival.ToForward.class);
        assertThat(told(node, relay)).isInstanceOfSatisfying(Arrival.ToForward.class,
                on -> assertThat(on.onward().next()).isEqualTo(new Arrival.ByNode(node(2))));
        assertThat(told(to, relay, new PathTlv.AllowedFeatures(Features.EMPTY))).isInstanceOf(Arrival.ToForward.class);
        for (PathTlv[] bad : new PathTlv[][]{{to}, {relay}, {to, node, relay},
                {to, relay, new PathTlv.AllowedFeatures(Features.ofBits(17))},
                {to, new PathTlv.PaymentRelay(DELTA, 0, AMOUNT.times(3))}})
            assertThat(told(bad)).as(List.of(bad).toString()).isInstanceOf(Arrival.Unreadable.class);
    }

    private static Arrival told(PathTlv... records) {
        BlindedPath path = Blinding.path(new PrivateKey(bytes("path")), List.of(
                new Blinding.Step(node(1), TlvStream.of(records)), new Blinding.Step(node(2), TlvStream.empty())));
        return Arrival.open(key(1), made(path.hops().getFirst().encryptedData(), Optional.of(path.firstPathKey()),
                Optional.empty(), node(1).key()));
    }

    /** An HTLC for node 1 whose onion goes on to node 2. */
    private static IncomingHtlc made(Bytes data, Optional<PublicKey> inside, Optional<PublicKey> beside,
            PublicKey first) {
        var onion = Sphinx.build(new PrivateKey(bytes("session")), List.of(first, node(2).key()),
                List.of(HopPayloadCodec.encode(new HopPayload.BlindedRelay(data, inside)), Bytes.fromHex("0000")),
                INVOICE.paymentHash().bytes());
        return new IncomingHtlc(htlc(1), AMOUNT.times(2), UNTIL, INVOICE.paymentHash(), onion.packet().toBytes(),
                beside);
    }

    @Test
    @Tag("rule:blinded")
    void the_path_key_comes_from_one_place() {
        BlindedPath path = path(2, SECRET).path();
        Bytes data = path.hops().getFirst().encryptedData();
        Optional<PublicKey> key = Optional.of(path.firstPathKey());
        PublicKey hidden = path.hops().getFirst().blindedNodeId();

        assertThat(Arrival.open(key(1), made(data, key, Optional.empty(), node(1).key())))
                .isInstanceOf(Arrival.ToForward.class);
        assertThat(Arrival.open(key(1), made(data, Optional.empty(), key, hidden)))
                .isInstanceOf(Arrival.ToForward.class);
        refused(made(data, key, key, hidden));
        refused(made(data, Optional.empty(), Optional.empty(), node(1).key()));
        var nowhere = new PublicKey(Bytes.fromHex("02" + "ff".repeat(32)));
        refused(made(data, Optional.of(nowhere), Optional.empty(), node(1).key()));
        assertThat(Arrival.open(key(1), made(data, Optional.empty(), Optional.of(nowhere), hidden)))
                .isInstanceOfSatisfying(Arrival.Unreadable.class,
                        bad -> assertThat(bad.answer()).isInstanceOf(HtlcAnswer.FailMalformed.class));
    }

    @Test
    void an_onion_outside_a_path_that_comes_with_a_path_key_is_refused() {
        PublicKey pathKey = path(2, SECRET).path().firstPathKey();
        PublicKey hidden = Curve.publicKey(Blinding.tweaked(key(1), pathKey));
        var onion = Sphinx.build(new PrivateKey(bytes("session")), List.of(hidden, node(2).key()),
                List.of(HopPayloadCodec.encode(new HopPayload.Relay(AMOUNT, UNTIL, channel(1))),
                        Bytes.fromHex("0000")),
                INVOICE.paymentHash().bytes());

        refused(new IncomingHtlc(htlc(1), AMOUNT.times(2), UNTIL, INVOICE.paymentHash(), onion.packet().toBytes(),
                Optional.of(pathKey)));
    }

    @Test
    void garbage_in_place_of_the_data_is_refused_with_one_failure_and_never_throws() {
        PublicKey pathKey = path(2, SECRET).path().firstPathKey();
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            byte[] garbage = new byte[random.nextInt(120)];
            random.nextBytes(garbage);
            IncomingHtlc htlc = made(Bytes.ofOwned(garbage), Optional.of(pathKey), Optional.empty(), node(1).key());

            var bad = (Arrival.Unreadable) Arrival.open(key(1), htlc);

            assertThat(bad.atIntroduction()).isTrue();
            var secrets = Sphinx.sharedSecrets(new PrivateKey(bytes("session")), List.of(node(1).key()));
            assertThat(FailurePacket.unwrap(secrets, ((HtlcAnswer.Fail) bad.answer()).reason()))
                    .isEqualTo(new FailurePacket.Failed(0,
                            new FailureMessage.InvalidOnionBlinding(Hashes.sha256(htlc.onion()))));
        }
    }
}
