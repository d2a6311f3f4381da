package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ClosingProgress.OutputSpend;
import fulgurite.protocol.channel.ClosingProgress;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Sweeps;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.OutPoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * What the chain as we know it asks of us now. It is worked out anew for every block from facts alone, so a restart
 * forgets nothing and a transaction that was displaced is simply made again. Collected by one caller, never shared.
 */
final class Plan {
    private final ChannelContext context;
    private final ActiveChannel channel;
    private final ClosingProgress progress;
    private final SequencedSet<ChannelEffect> watches = new LinkedHashSet<>();
    private final List<ChannelEffect> actions = new ArrayList<>();
    private final List<ChannelEvent.HtlcSettledOnChain> settlements = new ArrayList<>();
    private final List<HtlcSpend> unfunded = new ArrayList<>();
    private boolean pending;

    Plan(ChannelContext context, ActiveChannel channel, ClosingProgress progress) {
        this.context = context;
        this.channel = channel;
        this.progress = progress;
    }

    ChannelContext context() {
        return context;
    }

    ActiveChannel channel() {
        return channel;
    }

    ClosingProgress progress() {
        return progress;
    }

    /** What to be told of. */
    List<ChannelEffect> watches() {
        return List.copyOf(watches);
    }

    /** What to publish, and what to ask the wallet for. */
    List<ChannelEffect> actions() {
        return actions;
    }

    List<ChannelEvent.HtlcSettledOnChain> settlements() {
        return settlements;
    }

    /** The HTLC transactions that wait for the wallet to pay their fee. */
    List<HtlcSpend> unfunded() {
        return unfunded;
    }

    /** Whether everything is final: nothing to do, nothing to wait for. */
    boolean isDone() {
        return !pending;
    }

    void waitForMore() {
        pending = true;
    }

    void publish(Tx tx) {
        actions.add(new ChannelEffect.Publish(tx));
    }

    /** Notes an HTLC transaction of ours that is due and has no input for its fee yet. */
    void askFor(HtlcSpend due) {
        unfunded.add(due);
        actions.add(due.request(context));
    }

    void watch(OutPoint outPoint, Bytes script) {
        watches.add(new ChannelEffect.WatchSpent(outPoint, script));
    }

    /** Confirmations of what confirmed at {@code height}: 1 in the tip's block. */
    int depth(BlockHeight height) {
        return context.height().since(height) + 1;
    }

    boolean isReasonablyDeep(BlockHeight height) {
        return depth(height) >= context.limits().reasonableDepth();
    }

    /** Waits until what confirmed at {@code height} is final. */
    void untilFinal(BlockHeight height) {
        if (depth(height) < context.limits().irrevocableDepth()) pending = true;
    }

    /** Whether an expiry has passed. @bolt 5, HTLC Output Handling: Local Commitment, Local Offers */
    boolean hasTimedOut(CltvExpiry expiry) {
        return expiry.blocksFrom(context.height()) <= 0;
    }

    /**
     * Takes an output home as soon as the next block may hold the sweep, and waits until that is final. An output that
     * is worth less than its fee is left alone.
     *
     * @param script of the output
     * @param confirmedAt when the output came to be
     * @return whether it is spent, or worth spending
     */
    boolean sweep(Claim claim, Bytes script, BlockHeight confirmedAt) {
        Optional<OutputSpend> spend = progress.spendOf(claim.outPoint());
        if (spend.isPresent()) {
            untilFinal(spend.get().height());
            return true;
        }
        Optional<Tx> sweep = Sweeps.sweep(List.of(claim), context.shutdownScript(), context.feerates().normal());
        if (sweep.isEmpty()) return false;
        pending = true;
        watch(claim.outPoint(), script);
        if (isMature(claim.unlock(), confirmedAt)) publish(sweep.get());
        return true;
    }

    private boolean isMature(Claim.Unlock unlock, BlockHeight confirmedAt) {
        // A transaction with a relative lock of n blocks may stand n blocks above its parent, the tip being below it.
        int age = depth(confirmedAt);
        return switch (unlock) {
            case Claim.Delayed d -> age >= d.blocks();
            case Claim.TimedOut t -> hasTimedOut(t.expiry());
            case Claim.Revoked r -> true;
            case Claim.RevokedHtlc r -> true;
            case Claim.Fulfilled f -> true;
            case Claim.OneBlockOld o -> true;
            case Claim.OwnAnchor a -> true;
            case Claim.KeyHash k -> true;
        };
    }

    /** Tells the origin of our HTLC how it ended, once. */
    void settle(long htlcId, HtlcResult result) {
        Optional<Htlc> htlc = channel.ledger().find(Side.LOCAL, htlcId);
        if (htlc.isEmpty() || htlc.get().preimage().isPresent() || progress.settledHtlcs().contains(htlcId)) return;
        settlements.add(new ChannelEvent.HtlcSettledOnChain(htlcId, result));
    }

    /** An HTLC that we offered fails once what ended it, confirmed at {@code height}, is reasonably deep. */
    void failWhenDeep(long htlcId, BlockHeight height) {
        if (isReasonablyDeep(height)) settle(htlcId, failure(htlcId));
        else pending = true;
    }

    /** The peer's own reason when it gave one, for the chain has none. */
    private HtlcResult failure(long htlcId) {
        return channel.ledger()
                .find(Side.LOCAL, htlcId)
                .flatMap(Htlc::removal)
                .map(removal -> removal.result())
                .filter(result -> !(result instanceof HtlcResult.Fulfilled))
                .orElse(new HtlcResult.TimedOutOnChain());
    }
}
