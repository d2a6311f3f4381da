package fulgurite.protocol.payment.outgoing;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelUpdate;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LessonsTest {
    private static final PaymentRoute ROUTE = route(4);
    private static final Lesson AVOID_OUTGOING = new Lesson.AvoidChannel(channel(2), node(2));
    private static final Lesson AVOID_NODE = new Lesson.AvoidNode(node(2));
    private static final Bytes TYPE = Bytes.fromHex("0102");

    @Test
    void a_channel_s_failure_avoids_the_channel_that_leaves_the_erring_node() {
        for (FailureMessage failure : List.of(
                new FailureMessage.PermanentChannelFailure(),
                new FailureMessage.RequiredChannelFeatureMissing(),
                new FailureMessage.UnknownNextPeer(),
                new FailureMessage.ExpiryTooSoon(Bytes.EMPTY),
                new FailureMessage.ChannelDisabled(0, Bytes.EMPTY),
                new FailureMessage.ExpiryTooFar(),
                new FailureMessage.InvalidOnionHmac(Bytes32.ZERO),
                new FailureMessage.InvalidOnionKey(Bytes32.ZERO),
                new FailureMessage.InvalidOnionVersion(Bytes32.ZERO),
                new FailureMessage.InvalidOnionBlinding(Bytes32.ZERO),
                new FailureMessage.AmountBelowMinimum(AMOUNT, Bytes.EMPTY),
                new FailureMessage.FeeInsufficient(AMOUNT, Bytes.EMPTY),
                new FailureMessage.IncorrectCltvExpiry(new CltvExpiry(1), Bytes.EMPTY),
                new FailureMessage.Unrecognized(0x1077, Bytes.EMPTY)))
            assertThat(lessons(failure)).as(failure.label()).containsExactly(AVOID_OUTGOING);
    }

    @Test
    void a_channel_that_says_it_had_not_enough_is_good_for_less() {
        assertThat(lessons(new FailureMessage.TemporaryChannelFailure(Bytes.EMPTY)))
                .containsExactly(new Lesson.TooMuch(channel(2), node(2), ROUTE.hops().get(2).amount()));
    }

    @Test
    void a_node_s_failure_avoids_the_erring_node() {
        for (FailureMessage failure : List.of(
                new FailureMessage.TemporaryNodeFailure(),
                new FailureMessage.PermanentNodeFailure(),
                new FailureMessage.RequiredNodeFeatureMissing(),
                new FailureMessage.InvalidOnionPayload(6, 2),
                new FailureMessage.Unrecognized(0x2077, Bytes.EMPTY)))
            assertThat(lessons(failure)).as(failure.label()).containsExactly(AVOID_NODE);
    }

    @Test
    void what_only_the_destination_may_say_discredits_a_node_on_the_way() {
        for (FailureMessage failure : List.of(
                new FailureMessage.IncorrectOrUnknownPaymentDetails(AMOUNT, HEIGHT),
                new FailureMessage.FinalIncorrectCltvExpiry(new CltvExpiry(1)),
                new FailureMessage.FinalIncorrectHtlcAmount(AMOUNT),
                new FailureMessage.MppTimeout()))
            assertThat(lessons(failure)).as(failure.label()).containsExactly(AVOID_NODE);
    }

    @Test
    void a_garbled_failure_avoids_every_channel_but_our_own() {
        assertThat(Lessons.of(route(3), new AttemptFailure.Undecodable(), List.of())).containsExactly(
                new Lesson.AvoidChannel(channel(1), node(1)), new Lesson.AvoidChannel(channel(2), node(2)));
        assertThat(Lessons.of(route(1), new AttemptFailure.Undecodable(), List.of()))
                .containsExactly(new Lesson.AvoidChannel(channel(0), node(0)));
    }

    @Test
    @Tag("rule:23")
    void new_terms_that_the_erring_node_signed_are_believed_once() {
        Bytes update = update(channel(2), 2);
        var learnt = new Lesson.NewTerms(channel(2), node(2), node(3), update);

        assertThat(lessons(feeInsufficient(TYPE.concat(update)))).containsExactly(learnt);
        assertThat(lessons(feeInsufficient(update))).containsExactly(learnt);
        assertThat(Lessons.of(ROUTE, new AttemptFailure.HopFailed(1, feeInsufficient(update)), List.of(learnt)))
                .containsExactly(AVOID_OUTGOING);
    }

    @Test
    @Tag("rule:23")
    void terms_of_another_channel_or_with_another_signature_are_not_believed() {
        assertThat(lessons(feeInsufficient(update(channel(1), 2)))).containsExactly(AVOID_OUTGOING);
        assertThat(lessons(feeInsufficient(update(channel(2), 3)))).containsExactly(AVOID_OUTGOING);
        Bytes update = update(channel(2), 2);
        for (int size = 0; size < update.size(); size++)
            assertThat(lessons(feeInsufficient(update.slice(0, size)))).containsExactly(AVOID_OUTGOING);
    }

    @Test
    void terms_that_close_the_channel_or_speak_of_the_other_direction_teach_to_avoid_it() {
        int otherWay = direction() ^ ChannelUpdate.DIRECTION;
        assertThat(lessons(feeInsufficient(update(channel(2), 2, otherWay)))).containsExactly(AVOID_OUTGOING);
        int closed = direction() | ChannelUpdate.DISABLE;
        assertThat(lessons(feeInsufficient(update(channel(2), 2, closed)))).containsExactly(AVOID_OUTGOING);
    }

    private static List<Lesson> lessons(FailureMessage failure) {
        return Lessons.of(ROUTE, new AttemptFailure.HopFailed(1, failure), List.of());
    }

    private static FailureMessage feeInsufficient(Bytes update) {
        return new FailureMessage.FeeInsufficient(AMOUNT, update);
    }

    private static int direction() {
        return node(2).compareTo(node(3)) < 0 ? 0 : ChannelUpdate.DIRECTION;
    }

    private static Bytes update(ShortChannelId channel, int signer) {
        return update(channel, signer, direction());
    }

    private static Bytes update(ShortChannelId channel, int signer, int flags) {
        ChannelUpdate unsigned = update(channel, new Signature(Bytes.zeros(64)), flags);
        PrivateKey key = key(signer);
        return ChannelUpdate.CODEC.toBytes(
                update(channel, Curve.sign(Hashes.sha256Twice(unsigned.signedBytes()), key), flags));
    }

    private static ChannelUpdate update(ShortChannelId channel, Signature signature, int flags) {
        return new ChannelUpdate(signature, Bytes32.ZERO, channel, 1_800_000_000L, 1, flags, new CltvDelta(80),
                MilliSatoshi.msat(1), MilliSatoshi.msat(2_000), 100, MilliSatoshi.msat(1_000_000_000), Bytes.EMPTY);
    }
}
