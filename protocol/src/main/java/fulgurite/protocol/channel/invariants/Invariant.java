package fulgurite.protocol.channel.invariants;

/** What no event of a channel may break, whatever the peer, the chain or a fault of ours has led to. */
public enum Invariant {
    /** In every commitment of either side, both balances and all HTLCs together are the capacity, to the millisatoshi. */
    CONSERVATION("every millisatoshi of the capacity is somebody's"),
    /** In every commitment of either side, neither balance is below zero. */
    NO_DEBT("nobody's balance is below zero"),
    /** Whoever adds an HTLC or changes the fee keeps the reserve and can pay the fee: see {@link MoneyInvariants}. */
    RESERVE("who adds or changes the fee keeps the reserve and can pay"),
    /**
     * No commitment number is signed twice, none that is revoked is published or signed, and no secret is given for
     * one that we may still publish: see {@link SignatureInvariants}.
     */
    SIGNATURES("nothing is signed, published or revealed for a revoked state"),
    /** Every HTLC and every feerate is in one stage and moves as the five states of an update do: see {@link HtlcInvariants}. */
    STAGES("every HTLC is in exactly one state and ends once"),
    /** A forwarded HTLC expires earlier downstream than upstream, so that its result can still be passed on. */
    DEADLINES("what is forwarded expires later upstream than downstream");

    private final String text;

    Invariant(String text) {
        this.text = text;
    }

    /** For a person. */
    public String text() {
        return text;
    }
}
