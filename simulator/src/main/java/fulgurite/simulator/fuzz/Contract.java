package fulgurite.simulator.fuzz;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A funded channel as one node's journal tells of it.
 *
 * @param weOpened whether that node paid for it
 * @param push what the opener gave to the other side at once
 * @param signedForPeer closing transactions that the node has signed at its peer's expense (option_simple_close)
 * @param ended the channel when the chain had confirmed its end, the last time that it did; empty while it has not
 */
record Contract(WorldNode node, OutPoint funding, boolean weOpened, MilliSatoshi push,
        SortedSet<TxId> signedForPeer, Optional<ActiveChannel> ended) {
    static List<Contract> of(CrashableWorld world, WorldNode node) {
        var contracts = new ArrayList<Contract>();
        for (String id : world.engine().journals().ids())
            if (id.startsWith("channel|" + node.shortName() + "|"))
                read(node, world.engine().journals().events(id)).ifPresent(contracts::add);
        return contracts;
    }

    private static Optional<Contract> read(WorldNode node, List<Object> events) {
        ChannelState state = Channel.INITIAL;
        boolean weOpened = false;
        MilliSatoshi push = MilliSatoshi.ZERO;
        Optional<OutPoint> funding = Optional.empty();
        var signedForPeer = new TreeSet<TxId>();
        Optional<ActiveChannel> ended = Optional.empty();
        for (Object one : events) {
            ChannelEvent event = (ChannelEvent) one;
            if (event instanceof ChannelEvent.FundingSpendConfirmed && state instanceof ChannelState.Funded funded)
                ended = Optional.of(funded.channel());
            state = Channel.evolve(state, event);
            if (event instanceof ChannelEvent.OpeningProposed ours) {
                weOpened = true;
                push = ours.push();
            }
            if (event instanceof ChannelEvent.OpeningAccepted theirs) push = theirs.push();
            if (event instanceof ChannelEvent.ClosingSigSent sent) signedForPeer.add(sent.tx().txid());
            if (event instanceof ChannelEvent.ChannelFunded both) funding = Optional.of(both.funding());
        }
        return funding.isEmpty()
                ? Optional.empty()
                : Optional.of(new Contract(node, funding.get(), weOpened, push, signedForPeer, ended));
    }
}
