package fulgurite.node.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.LightningMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Two channel machines without actors, their channel open: to see what one of them remembers. */
public final class OpenedPair {
    private final PurePeer funder = new PurePeer(1);
    private final PurePeer fundee = new PurePeer(2);
    private int offered;

    private OpenedPair() {}

    public static OpenedPair open() {
        OpenedPair pair = unconfirmed(MilliSatoshi.ZERO);
        Tx tx = ((ChannelState.Funded) pair.funder.state()).channel().fundingTx().orElseThrow();
        var confirmed = new ChannelCommand.FundingConfirmed(new BlockHeight(101), 1, 1, tx);
        pair.exchange(true, pair.funder.tell(confirmed));
        pair.exchange(false, pair.fundee.tell(confirmed));
        return pair;
    }

    /** The funding waits for its confirmations. @param push given to the fundee */
    public static OpenedPair unconfirmed(MilliSatoshi push) {
        var pair = new OpenedPair();
        pair.exchange(true, pair.funder.tell(new ChannelCommand.OpenAsFunder(pair.fundee.nodeId(), PurePeer.FEATURES,
                0, new ChannelId(Bytes.zeros(32)), new ShortChannelId(7), new Satoshi(1_000_000), push,
                new FeeratePerKw(1000), false, false)));
        var terms = ((ChannelState.AwaitingFundingTx) pair.funder.state()).opening().terms();
        Tx tx = new Tx(2, List.of(), List.of(Funding.output(terms.ours().basepoints().funding(),
                terms.theirs().basepoints().funding(), terms.capacity())), 0);
        pair.exchange(true, pair.funder.tell(new ChannelCommand.FundingReady(tx, 0)));
        return pair;
    }

    /** The funder offers an HTLC with that onion, until both have it irrevocably. */
    public void offer(Bytes onion) {
        exchange(true, funder.tell(new ChannelCommand.OfferHtlc(new MilliSatoshi(1_000_000),
                new PaymentHash(Bytes.zeros(32)), new CltvExpiry(200), onion,
                new HtlcOrigin.Local(Bytes32.ZERO, offered++))));
    }

    public void fundeeSays(ChannelCommand command) {
        exchange(false, fundee.tell(command));
    }

    public ChannelState funder() {
        return funder.state();
    }

    public ChannelState fundee() {
        return fundee.state();
    }

    public ActiveChannel channel() {
        return ((ChannelState.Funded) fundee.state()).channel();
    }

    private record OnItsWay(boolean fromFunder, LightningMessage message) {}

    private void exchange(boolean fromFunder, List<LightningMessage> first) {
        Deque<OnItsWay> wire = new ArrayDeque<>();
        first.forEach(message -> wire.add(new OnItsWay(fromFunder, message)));
        while (!wire.isEmpty()) {
            OnItsWay next = wire.poll();
            PurePeer from = next.fromFunder() ? funder : fundee;
            PurePeer to = next.fromFunder() ? fundee : funder;
            for (LightningMessage answer : to.receive(from.nodeId(), next.message()))
                wire.add(new OnItsWay(!next.fromFunder(), answer));
        }
    }
}
