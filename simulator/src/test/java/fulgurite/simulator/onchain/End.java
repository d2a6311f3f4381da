package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One end of a channel: the state machine with its journal, and all that its effects ask for, done as the node does it.
 * What goes to the peer waits in the outbox.
 */
final class End {
    /** Commands that follow from one. */
    private static final int MOST_AT_ONCE = 1_000;
    final Party party;
    final Deque<LightningMessage> outbox = new ArrayDeque<>();
    final List<ChannelEvent> journal = new ArrayList<>();
    /** What origins of HTLCs were told, in order. */
    final List<Settled> settled = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    ChannelState state = Channel.INITIAL;
    private final long index;
    private final Features features;
    private final ChannelLimits limits;
    private final Bytes closeScript;
    private final ChannelKeys keys;
    private final Set<OutPoint> watched = new TreeSet<>();
    private final Map<TxId, Integer> awaited = new LinkedHashMap<>();
    private final Set<Tx> publications = new LinkedHashSet<>();
    private final Deque<ChannelCommand> commands = new ArrayDeque<>();
    private final Map<OutPoint, Party.Spend> told = new LinkedHashMap<>();
    private final Map<TxId, Found> found = new LinkedHashMap<>();
    private boolean busy;

    /** An HTLC of ours has ended. @param height at which its origin was told */
    record Settled(long htlcId, HtlcResult result, int height) {}

    private record Found(Tx tx, BlockHeight height, int txIndex) {}

    End(Party party, long index, Features features, ChannelLimits limits) {
        this.party = party;
        this.index = index;
        this.features = features;
        this.limits = limits;
        closeScript = party.hands.newScript();
        keys = ChannelKeys.derive(party.seed, index);
        party.ends.add(this);
    }

    long index() {
        return index;
    }

    Features features() {
        return features;
    }

    ChannelContext context() {
        return new ChannelContext(party.height(), party.feerates(), keys,
                party.nodeId(), party.secret, features, closeScript, Hashes.sha256(Bytes.EMPTY), limits);
    }

    ActiveChannel channel() {
        assertThat(state).as(party.name + " has a funded channel").isInstanceOf(ChannelState.Funded.class);
        return ((ChannelState.Funded) state).channel();
    }

    boolean isClosing() {
        return state instanceof ChannelState.Closing;
    }

    boolean isClosed() {
        return state instanceof ChannelState.Closed;
    }

    /** Why it is over, for a person. */
    String reason() {
        assertThat(state).isInstanceOf(ChannelState.Closed.class);
        return ((ChannelState.Closed) state).reason().reason();
    }

    /** Our latest commitment, signed by both. */
    Tx commitment() {
        return Channel.localCommitment(context(), (ChannelState.Funded) state);
    }

    /** Decides, journals, then does what follows; nothing is refused. */
    void tell(ChannelCommand command) {
        hear(command);
        party.sweep();
    }

    /** As {@link #tell}, but what is to be brought home waits for what other channels want. */
    private void hear(ChannelCommand command) {
        commands.add(command);
        if (busy) return;
        busy = true;
        for (int i = 0; !commands.isEmpty(); i++) {
            ChannelCommand next = commands.poll();
            assertThat(i).as(party.name + " never comes to rest; now it is told " + next).isLessThan(MOST_AT_ONCE);
            Decision decision = ask(next);
            assertThat(decision).as(party.name + " is told " + next).isNotInstanceOf(Decision.Refused.class);
        }
        busy = false;
    }

    /** As {@link #tell}, for commands that may be refused. */
    Decision ask(ChannelCommand command) {
        Channel.Batch batch = Channel.decideAll(context(), state, List.of(command));
        journal.addAll(batch.events());
        state = batch.state();
        batch.effects().forEach(this::run);
        return batch.decisions().getFirst();
    }

    /** Everything but the journal's first {@code events} is forgotten, as if an old backup were started. */
    void restore(int events) {
        while (journal.size() > events) journal.removeLast();
        restart();
    }

    /** A crash, and a new start. */
    void restart() {
        state = Channel.evolveAll(Channel.INITIAL, journal);
        outbox.clear();
        watched.clear();
        told.clear();
        publications.clear();
        party.hands.want(index, List.of());
        hear(new LinkLost());
        Channel.resume(context(), state).forEach(this::run);
        while (!commands.isEmpty()) hear(commands.poll());
        party.sweep();
    }

    void connected(Block block) {
        List<Tx> transactions = block.transactions();
        for (int i = 0; i < transactions.size(); i++) {
            Tx tx = transactions.get(i);
            TxId txid = tx.txid();
            if (awaited.containsKey(txid)) found.put(txid, new Found(tx, block.height(), i));
            for (TxInput input : tx.inputs()) if (watched.contains(input.outPoint())) tellSpend(input.outPoint());
        }
        found.values().forEach(this::tellIfDeep);
        hear(new NewBlock(block.height()));
        for (Tx tx : List.copyOf(publications)) if (!party.isDecided(tx)) party.publish(tx);
    }

    void unconfirmed(Tx tx) {
        for (TxInput input : tx.inputs())
            if (watched.contains(input.outPoint())) hear(new SpendSeen(input.outPoint(), tx));
    }

    void disconnected(BlockHeight height) {
        found.values().removeIf(each -> each.height().equals(height));
        for (Map.Entry<OutPoint, Party.Spend> entry : List.copyOf(told.entrySet()))
            if (entry.getValue().height().equals(height)) {
                told.remove(entry.getKey());
                hear(new SpendSeen(entry.getKey(), entry.getValue().tx()));
            }
        hear(new NewBlock(party.height()));
    }

    private void run(ChannelEffect effect) {
        switch (effect) {
            case ChannelEffect.Send(LightningMessage message) -> outbox.add(message);
            case ChannelEffect.Publish(Tx tx) -> {
                publications.add(tx);
                party.publish(tx);
            }
            case ChannelEffect.BringHome(var wants) -> party.hands.want(index, wants);
            case ChannelEffect.FundChannel(var script, var amount, var feerate) ->
                commands.add(party.hands.fund(new TxOutput(amount, script), feerate)
                        .<ChannelCommand>map(tx -> new FundingReady(tx, 0))
                        .orElseGet(() -> new FundingFailed("poor")));
            case ChannelEffect.ReleaseFunding(Tx tx) -> party.hands.release(tx);
            case ChannelEffect.WatchConfirmed(TxId txid, var script, int depth) -> awaited.put(txid, depth);
            case ChannelEffect.WatchSpent(OutPoint outPoint, var script) -> {
                watched.add(outPoint);
                tellSpend(outPoint);
                if (party.spendOf(outPoint).isEmpty())
                    party.chain.mempoolSpender(outPoint).ifPresent(tx -> commands.add(new SpendSeen(outPoint, tx)));
            }
            case ChannelEffect.AskUnspent(OutPoint outPoint) -> {
                if (party.chain.unspent(outPoint).isPresent()) commands.add(new SpendUndone(outPoint));
            }
            case ChannelEffect.HtlcSettled(var origin, long htlcId, HtlcResult result) -> {
                settled.add(new Settled(htlcId, result, party.height().height()));
                commands.add(new AcknowledgeSettlement(htlcId));
            }
            case ChannelEffect.WarnOperator(var id, String text) -> warnings.add(text);
            case ChannelEffect.ChannelClosed over -> party.hands.want(index, List.of());
            case ChannelEffect.HtlcReceived h -> {}
            case ChannelEffect.ChannelCreated c -> {}
            case ChannelEffect.ChannelUsable u -> {}
            case ChannelEffect.ChannelUnusable u -> {}
            case ChannelEffect.AnnounceChannel a -> {}
            case ChannelEffect.Disconnect d -> {}
            case ChannelEffect.LimitQuiescence q -> {}
            case ChannelEffect.ChannelQuiescent q -> {}
        }
    }

    private void tellSpend(OutPoint outPoint) {
        Optional<Party.Spend> spend = party.spendOf(outPoint);
        if (spend.isEmpty()) return;
        told.put(outPoint, spend.get());
        boolean funding = outPoint.equals(channel().funding());
        ChannelCommand command = funding
                ? new FundingSpent(spend.get().tx(), spend.get().height())
                : new OutputSpent(outPoint, spend.get().tx(), spend.get().height());
        if (busy) commands.add(command);
        else hear(command);
    }

    private void tellIfDeep(Found tx) {
        int depth = party.height().since(tx.height()) + 1;
        if (depth != awaited.get(tx.tx().txid())) return;
        TxId txid = tx.tx().txid();
        hear(state instanceof ChannelState.Funded funded && funded.channel().funding().txid().equals(txid)
                ? new FundingConfirmed(tx.height(), tx.txIndex(), depth, tx.tx())
                : new TxConfirmed(txid, tx.height(), depth));
    }
}
