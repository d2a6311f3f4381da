package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import fulgurite.node.channel.ChannelsActor.NotOpened;
import fulgurite.node.channel.ChannelsActor.OpenResult;
import fulgurite.node.channel.ChannelsActor.OutsideResult;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.transactions.OutsideFunding.Checked;
import fulgurite.protocol.transactions.OutsideFunding;
import java.util.SortedMap;
import java.util.TreeMap;

/** The openings that wait for a transaction of another wallet; a restart forgets them, as their peers do. Not for sharing between threads. */
final class OutsideFundings {
    private final SortedMap<Long, ActorRef<OutsideResult>> asked = new TreeMap<>();
    private final SortedMap<Long, WalletActor.Fund> waiting = new TreeMap<>();

    /** Somebody wants to know what channel {@code index} wants funded. */
    void ask(long index, ActorRef<OutsideResult> replyTo) {
        asked.put(index, replyTo);
    }

    /** The peer has accepted: this is to be paid. */
    void want(long index, WalletActor.Fund fund) {
        ActorRef<OutsideResult> replyTo = asked.remove(index);
        if (replyTo == null) return;
        waiting.put(index, fund);
        TxOutput output = fund.outputs().getFirst();
        replyTo.tell(new ChannelsActor.FundingWanted(index, output));
    }

    void refused(long index, String reason) {
        waiting.remove(index);
        ActorRef<OutsideResult> replyTo = asked.remove(index);
        if (replyTo != null) replyTo.tell(new ChannelsActor.OutsideRefused(reason));
    }

    /**
     * Goes on with a signed transaction: its peer hears of it now, and the network once the peer has signed.
     *
     * @return whether it fits; otherwise {@code replyTo} has been told why not, and the opening waits on
     */
    boolean fund(ChannelsActor.FundOutside given) {
        WalletActor.Fund fund = waiting.get(given.index());
        if (fund == null) {
            given.replyTo()
                    .tell(new NotOpened("no opening " + given.index()
                            + " waits for a transaction: it has one, or its peer went away; begin again"));
            return false;
        }
        return switch (OutsideFunding.check(given.psbt(), fund.outputs().getFirst())) {
            case Checked.Fits(var tx, int index) -> {
                waiting.remove(given.index());
                fund.replyTo().tell(new WalletActor.FundedOutside(tx, index));
                yield true;
            }
            case Checked.Wrong(String reason) -> {
                given.replyTo().tell((OpenResult) new NotOpened(reason));
                yield false;
            }
        };
    }
}
