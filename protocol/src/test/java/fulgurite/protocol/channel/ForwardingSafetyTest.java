package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.FailHtlc;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.NewBlock;
import fulgurite.protocol.channel.ChannelCommand.OfferHtlc;
import fulgurite.protocol.channel.ChannelEffect.HtlcReceived;
import fulgurite.protocol.channel.ChannelEffect.HtlcSettled;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node between two channels: Alice offers to it on the first (it is Bob there), it forwards on the second (as Alice). */
@Tag("rule:25")
class ForwardingSafetyTest {
    private static final int OUT = 200;
    private static final int IN = OUT + 34;
    private final TwoChannels first = TwoChannels.open();
    private final TwoChannels second = TwoChannels.open();
    private final Participant upstream = first.bob;
    private final Participant downstream = second.alice;

    private void forward() {
        first.alice.tell(offer(51_000_000, IN, new HtlcOrigin.Local(fulgurite.protocol.units.Bytes32.ZERO, 0)));
        first.commit();
        assertThat(upstream.effects(HtlcReceived.class)).hasSize(1);
        downstream.tell(offer(50_000_000, OUT, new HtlcOrigin.Relayed(upstream.channel().id(), 0)));
        second.commit();
    }

    private static OfferHtlc offer(long msat, int expiry, HtlcOrigin origin) {
        boolean relayed = origin instanceof HtlcOrigin.Relayed;
        return new OfferHtlc(new MilliSatoshi(msat), hash(1), new CltvExpiry(expiry), TwoChannels.ONION, origin,
                relayed ? Optional.of(new CltvExpiry(IN)) : Optional.empty());
    }

    @Test
    void upstream_is_told_of_a_failure_only_when_the_removal_downstream_is_irrevocable() {
        forward();
        second.bob.tell(new FailHtlc(0, Bytes.fromHex("00")));
        second.deliverOne(second.bob);
        assertThat(downstream.effects(HtlcSettled.class)).isEmpty();
        second.bob.tell(new Commit());
        second.deliverOne(second.bob);
        assertThat(downstream.effects(HtlcSettled.class)).isEmpty();
        second.deliverOne(second.alice);
        second.deliverOne(second.alice);
        assertThat(downstream.effects(HtlcSettled.class)).isEmpty();
        second.deliverOne(second.bob);
        assertThat(downstream.effects(HtlcSettled.class)).singleElement()
                .satisfies(s -> assertThat(s.result()).isEqualTo(new HtlcResult.Failed(Bytes.fromHex("00"))));
    }

    @Test
    void upstream_is_told_of_a_preimage_at_once() {
        forward();
        second.bob.tell(new FulfilHtlc(0, preimage(1)));
        second.deliverOne(second.bob);
        assertThat(downstream.effects(HtlcSettled.class)).singleElement()
                .satisfies(s -> assertThat(s.result()).isEqualTo(new HtlcResult.Fulfilled(preimage(1))));
    }

    @Test
    void a_failure_that_was_not_committed_before_the_connection_was_lost_is_none() {
        forward();
        second.bob.tell(new FailHtlc(0, Bytes.fromHex("00")));
        second.deliverOne(second.bob);
        downstream.restart(downstream.journal.size());
        assertThat(downstream.effects(HtlcSettled.class)).isEmpty();
        assertThat(downstream.channel().ledger().htlcs().getFirst().removal()).isEmpty();
    }

    @Test
    void the_outgoing_channel_goes_on_chain_in_time_to_fulfil_the_incoming_one() {
        forward();
        downstream.tell(new NewBlock(new BlockHeight(OUT + 1)));
        assertThat(downstream.state).isInstanceOf(Normal.class);
        downstream.tell(new NewBlock(new BlockHeight(OUT + 2)));
        assertThat(downstream.state).isInstanceOf(Closing.class);
        // Twelve blocks for the timeout, or the preimage in its place, and still before the incoming deadline.
        int deadline = IN - upstream.context.limits().fulfilmentBlocks();
        assertThat(OUT + 2 + 12).isLessThan(deadline);
    }

    @Test
    void where_time_outs_are_switched_off_nothing_goes_on_chain_by_itself() {
        forward();
        downstream.context = downstream.context.with(downstream.context.limits().withHtlcTimeouts(false));
        downstream.tell(new NewBlock(new BlockHeight(OUT + 2)));
        assertThat(downstream.state).isInstanceOf(Normal.class);
        upstream.context = upstream.context.with(upstream.context.limits().withHtlcTimeouts(false));
        upstream.tell(new FulfilHtlc(0, preimage(1)), new Commit(), new NewBlock(new BlockHeight(IN)));
        assertThat(upstream.state).isInstanceOf(Normal.class);
    }

    @Test
    void a_preimage_that_comes_while_the_upstream_peer_is_away_goes_on_chain_before_the_deadline() {
        forward();
        first.disconnect();
        upstream.tell(new FulfilHtlc(0, preimage(1)));
        assertThat(upstream.outbox).isEmpty();
        upstream.restart(upstream.journal.size());
        upstream.tell(new NewBlock(new BlockHeight(IN - 19)));
        assertThat(upstream.state).isInstanceOf(Normal.class);
        upstream.tell(new NewBlock(new BlockHeight(IN - 18)));
        assertThat(upstream.state).isInstanceOf(Closing.class);
        assertThat(upstream.channel().ledger().htlcs().getFirst().preimage()).contains(preimage(1));
    }

    @Test
    void a_preimage_that_the_peer_does_not_acknowledge_goes_on_chain_before_the_deadline() {
        forward();
        upstream.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        upstream.tell(new NewBlock(new BlockHeight(IN - 18)));
        assertThat(upstream.state).isInstanceOf(Closing.class);
    }

    @Test
    void an_incoming_htlc_whose_outcome_is_open_is_neither_failed_nor_forced() {
        forward();
        upstream.tell(new NewBlock(new BlockHeight(IN - 1)));
        assertThat(upstream.state).isInstanceOf(Normal.class);
        assertThat(upstream.channel().ledger().htlcs().getFirst().removal()).isEmpty();
    }
}
