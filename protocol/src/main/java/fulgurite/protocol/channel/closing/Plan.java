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
import fulgurite.protocol.channel.opening.FundingOutput;
import fulgurite.protocol.sweep.Hurry;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.Sweeps;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
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
    private final List<Wanted> wants = new ArrayList<>();
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

    /** What to publish, and what the wallet is to bring home. */
    List<ChannelEffect> actions() {
        var all = new ArrayList<>(actions);
        all.add(new ChannelEffect.BringHome(wants));
        return all;
    }

    List<ChannelEvent.HtlcSettledOnChain> settlements() {
        return settlements;
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

    void want(Wanted wanted) {
        wants.add(wanted);
    }

    /** Who asks again is told again: so a spend that we know is not asked for. */
    void watch(OutPoint outPoint, Bytes script) {
        if (progress.spendOf(outPoint).isEmpty()) watches.add(new ChannelEffect.WatchSpent(outPoint, script));
    }

    /** Confirmations of what confirmed at {@code height}: 1 in the tip's block. */
    int depth(BlockHeight height) {
        return context.height().since(height) + 1;
    }

    /** Until it is in a block, there is no channel. */
    void watchFunding() {
        watches.add(FundingOutput.watchConfirmed(channel, 1));
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

    /** Brings an output home that nobody else can ever take. As {@link #take}. */
    void take(Claim claim, Bytes script, BlockHeight confirmedAt) {
        take(claim, script, Hurry.none(maturity(claim.unlock(), confirmedAt), claim.amount()));
    }

    /** Brings an output home that somebody else may take from {@code deadline} on. As {@link #take}. */
    boolean take(Claim claim, Bytes script, BlockHeight confirmedAt, BlockHeight deadline) {
        return take(claim, script, Hurry.until(maturity(claim.unlock(), confirmedAt), deadline, claim.amount()));
    }

    /**
     * Brings an output home as soon as the next block may hold its spend, and waits until that is final. An output that
     * would be worth less than its fee in the quietest of times is left alone, and so is in the end one that is worth
     * less than today's.
     *
     * @param script of the output
     * @return whether it is spent, or worth spending
     */
    private boolean take(Claim claim, Bytes script, Hurry hurry) {
        Optional<OutputSpend> spend = progress.spendOf(claim.outPoint());
        if (spend.isPresent()) {
            untilFinal(spend.get().height());
            return true;
        }
        if (!Sweeps.isWorth(claim, context.shutdownScript(), FeeratePerKw.FLOOR)) return false;
        // It was waited for a quieter time long enough: a channel is not kept open for less than a fee.
        boolean longSince = context.height().since(hurry.since()) >= context.limits().irrevocableDepth();
        if (longSince && !isWorthToday(claim)) return false;
        pending = true;
        watch(claim.outPoint(), script);
        if (context.height().since(hurry.since()) >= 0) want(new Wanted.Output(claim, hurry));
        return true;
    }

    /** Whether an output is worth its fee today. */
    boolean isWorthToday(Claim claim) {
        return Sweeps.isWorth(claim, context.shutdownScript(), context.feerates().slow());
    }

    /** The height from which on the next block may hold a spend. */
    private static BlockHeight maturity(Claim.Unlock unlock, BlockHeight confirmedAt) {
        return switch (unlock) {
            // A transaction with a relative lock of n blocks may stand n blocks above its parent, the tip being below it.
            case Claim.Delayed d -> confirmedAt.plus(Math.max(0, d.blocks() - 1));
            case Claim.TimedOut t -> later(confirmedAt, t.expiry());
            case Claim.Revoked r -> confirmedAt;
            case Claim.RevokedHtlc r -> confirmedAt;
            case Claim.Fulfilled f -> confirmedAt;
            case Claim.OneBlockOld o -> confirmedAt;
            case Claim.OwnAnchor a -> confirmedAt;
            case Claim.KeyHash k -> confirmedAt;
        };
    }

    /** Both of them have come. */
    static BlockHeight later(BlockHeight height, CltvExpiry expiry) {
        return expiry.blocksFrom(height) <= 0 ? height : new BlockHeight((int) expiry.height());
    }

    /** Tells the origin of our HTLC how it ended, once: what is found first holds. */
    void settle(long htlcId, HtlcResult result) {
        Optional<Htlc> htlc = channel.ledger().find(Side.LOCAL, htlcId);
        if (htlc.isEmpty() || htlc.get().preimage().isPresent() || progress.settledHtlcs().contains(htlcId)) return;
        if (settlements.stream().anyMatch(settled -> settled.htlcId() == htlcId)) return;
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
