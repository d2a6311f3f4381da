package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.channel.ChannelState.Negotiating;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.transactions.SimpleClose.Form;
import fulgurite.protocol.transactions.SimpleClose;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ClosingComplete;
import fulgurite.protocol.wire.ClosingTlv;
import fulgurite.protocol.wire.Feature;

/** Channels that close by option_simple_close, and what is said of it. */
final class SimpleCloses {
    private SimpleCloses() {}

    static TwoChannels simple(TwoChannels both) {
        both.alice.context = both.alice.context.with(both.alice.features().withOptional(Feature.SIMPLE_CLOSE));
        both.bob.context = both.bob.context.with(both.bob.features().withOptional(Feature.SIMPLE_CLOSE));
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        return both;
    }

    /** Bob begins, and all is said. */
    static void begin(TwoChannels both) {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverAll();
    }

    static ClosingOffers offers(Participant p) {
        assertThat(p.state).isInstanceOf(Negotiating.class);
        return ((Negotiating) p.state).simple();
    }

    /** A closing_complete by {@code closer} in that form alone. */
    static ClosingComplete complete(
            Participant closer, Bytes ours, Bytes theirs, long fee, long lockTime, Form form) {
        ActiveChannel c = closer.channel();
        Tx tx = new SimpleClose(c.funding(), new Payout(c.ledger().local(), ours),
                new Payout(c.ledger().remote(), theirs), new Satoshi(fee), lockTime).tx(form).orElseThrow();
        Signature s = Funding.sign(tx, c.terms().capacity(), c.terms().ours().basepoints().funding(),
                c.terms().theirs().basepoints().funding(), closer.context.keys().funding());
        ClosingTlv tlv = switch (form) {
            case CLOSER_ONLY -> new ClosingTlv.CloserOutputOnly(s);
            case CLOSEE_ONLY -> new ClosingTlv.CloseeOutputOnly(s);
            case BOTH -> new ClosingTlv.CloserAndCloseeOutputs(s);
        };
        return new ClosingComplete(c.id(), ours, theirs, new Satoshi(fee), lockTime, TlvStream.of(tlv));
    }
}
