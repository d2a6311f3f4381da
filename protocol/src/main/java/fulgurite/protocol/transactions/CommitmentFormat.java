package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.SighashType;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;

/** How a channel's commitment transactions look, as its type says. @bolt 3, Commitment Transaction */
public enum CommitmentFormat {
    /** option_static_remotekey alone: HTLC transactions pay their own fee. */
    STATIC_REMOTEKEY(724, 663, 703),
    /** option_anchors: two anchors, HTLC transactions without a fee, everything but the anchors locked for a block. */
    ANCHORS_ZERO_FEE_HTLC_TX(1124, 666, 706);

    /** The amount of each anchor. @bolt 3, to_local_anchor and to_remote_anchor Output */
    public static final Satoshi ANCHOR = new Satoshi(330);
    private static final int HTLC_OUTPUT_WEIGHT = 172;
    private final int commitmentWeight;
    private final int timeoutWeight;
    private final int successWeight;

    CommitmentFormat(int commitmentWeight, int timeoutWeight, int successWeight) {
        this.commitmentWeight = commitmentWeight;
        this.timeoutWeight = timeoutWeight;
        this.successWeight = successWeight;
    }

    public boolean hasAnchors() {
        return this == ANCHORS_ZERO_FEE_HTLC_TX;
    }

    /** The expected weight of a commitment. @param untrimmed HTLC outputs, 0..966 @bolt 3, Fee Calculation */
    public int commitmentWeight(int untrimmed) {
        return commitmentWeight + HTLC_OUTPUT_WEIGHT * untrimmed;
    }

    /** The base fee of a commitment, whole satoshis rounded down; anchors are not in it. @bolt 3, Fee Calculation */
    public Satoshi commitmentFee(FeeratePerKw feerate, int untrimmed) {
        return feerate.feeFor(commitmentWeight(untrimmed));
    }

    /** What the funder pays for both anchors: zero without anchors. @bolt 3, Fee Payment */
    public Satoshi anchorsAmount() {
        return hasAnchors() ? ANCHOR.times(2) : Satoshi.ZERO;
    }

    /** The expected weight of the HTLC transaction of one direction. @bolt 3, Fee Calculation */
    public int htlcWeight(CommittedHtlc.Direction direction) {
        return switch (direction) {
            case OFFERED -> timeoutWeight;
            case RECEIVED -> successWeight;
        };
    }

    /** The fee that an HTLC transaction takes from its output, rounded down; zero with anchors. @bolt 3, Fee Calculation */
    public Satoshi htlcFee(FeeratePerKw feerate, CommittedHtlc.Direction direction) {
        return hasAnchors() ? Satoshi.ZERO : feerate.feeFor(htlcWeight(direction));
    }

    /** The least HTLC, in whole satoshis, that gets an output. @param dustLimit of the commitment's owner @bolt 3, Trimmed Outputs */
    public Satoshi trimThreshold(FeeratePerKw feerate, CommittedHtlc.Direction direction, Satoshi dustLimit) {
        return dustLimit.plus(htlcFee(feerate, direction));
    }

    /** How the peer signs the HTLC transactions of our commitment. @bolt 5, Generation of HTLC Transactions */
    public SighashType counterpartyHtlcSighash() {
        return hasAnchors() ? SighashType.SINGLE_ANYONECANPAY : SighashType.ALL;
    }

    /** The sequence of inputs that spend HTLC outputs. @bolt 3, HTLC-Timeout and HTLC-Success Transactions */
    public long htlcSequence() {
        return hasAnchors() ? 1 : 0;
    }
}
