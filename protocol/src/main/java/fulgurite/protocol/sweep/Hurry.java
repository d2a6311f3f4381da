package fulgurite.protocol.sweep;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.Satoshi;
import java.util.Optional;

/**
 * How soon an output must be spent, and what that may cost.
 *
 * <p>Design. The feerate is a function of facts alone (heights, estimates, what is at stake), so that a restart bids
 * what was bid before it. With a deadline it begins at the estimate for the blocks that are left and grows with the
 * square of the time that has passed, to half of the stake at the deadline itself: slow while an ordinary fee may still
 * do, steep when it has not done. Without a deadline nobody else can take the output, and only patience runs out.
 *
 * @param since the height from which on the output could have been spent
 * @param deadline the height at which somebody else may take it, or something else may be lost; empty when never
 * @param stake what is lost then
 */
public record Hurry(BlockHeight since, Optional<BlockHeight> deadline, Satoshi stake) {
    /** Blocks after which what has no deadline is bid for as if it were wanted within the hour. */
    private static final int PATIENCE = 6;
    private static final int BUDGET_DIVISOR = 2;

    /** Nobody else can ever spend it. */
    public static Hurry none(BlockHeight since, Satoshi amount) {
        return new Hurry(since, Optional.empty(), amount);
    }

    public static Hurry until(BlockHeight since, BlockHeight deadline, Satoshi stake) {
        return new Hurry(since, Optional.of(deadline), stake);
    }

    public boolean isContested() {
        return deadline.isPresent();
    }

    /** Blocks until the deadline, seen from {@code now}: negative once it is past, a great number when there is none. */
    public int left(BlockHeight now) {
        return deadline.map(at -> at.since(now)).orElse(Integer.MAX_VALUE);
    }

    /** Both together: the earlier deadline, the sum of the stakes. */
    public Hurry and(Hurry other) {
        BlockHeight first = since.compareTo(other.since) <= 0 ? since : other.since;
        Optional<BlockHeight> sooner = deadline.isEmpty() ? other.deadline : deadline;
        if (deadline.isPresent() && other.deadline.isPresent() && other.deadline.get().compareTo(sooner.get()) < 0)
            sooner = other.deadline;
        return new Hurry(first, sooner, stake.plus(other.stake));
    }

    /** What to bid in the next block, for a transaction of {@code weight}. Never more than {@link #most}. */
    public FeeratePerKw bid(BlockHeight now, Feerates feerates, long weight) {
        if (deadline.isEmpty()) return now.since(since) < PATIENCE ? feerates.slow() : feerates.normal();
        FeeratePerKw least = feerates.within(left(now)).min(most(weight));
        FeeratePerKw budget = rate(new Satoshi(stake.sat() / BUDGET_DIVISOR), weight);
        if (!least.lessThan(budget)) return least;
        long width = Math.max(1, deadline.get().since(since));
        long elapsed = Math.clamp(now.since(since), 0, width);
        long more = (budget.satPerKw() - least.satPerKw()) * elapsed / width * elapsed / width;
        return new FeeratePerKw(least.satPerKw() + more);
    }

    /** The feerate at which the fee is all of the stake: beyond it nothing is won. */
    public FeeratePerKw most(long weight) {
        return rate(stake, weight);
    }

    private static FeeratePerKw rate(Satoshi fee, long weight) {
        return new FeeratePerKw(Math.min(fee.sat() * 1000 / Math.max(1, weight), 0xffffffffL)).max(FeeratePerKw.FLOOR);
    }
}
