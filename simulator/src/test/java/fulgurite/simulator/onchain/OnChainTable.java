package fulgurite.simulator.onchain;

import java.util.List;

/**
 * What BOLT 5 and this node's owner ask of a channel on chain: for each output or event, whose commitment is there. A
 * test carries the tags of the cells that it shows: {@code on-chain:row/column}.
 *
 * @bolt 5, Recommendations for On-chain Transaction Handling
 */
final class OnChainTable {
    static final String TAG = "on-chain:";

    private OnChainTable() {}

    /** Whose commitment transaction has confirmed, or would have. */
    enum Column {
        OURS("our commitment"), THEIRS("their current or next"), REVOKED("their revoked");

        final String title;

        Column(String title) {
            this.title = title;
        }

        String slug() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What a cell asks for. */
    sealed interface Rule {
        String text();

        /** A test shows it. */
        record Demand(String text) implements Rule {}

        /** Nothing has to be done, and nothing may go wrong if nothing is. */
        record Nothing(String text) implements Rule {}
    }

    record Row(String slug, String title, Rule ours, Rule theirs, Rule revoked) {
        Rule rule(Column column) {
            return switch (column) {
                case OURS -> ours;
                case THEIRS -> theirs;
                case REVOKED -> revoked;
            };
        }
    }

    record Cell(Row row, Column column) {
        String tag() {
            return TAG + row.slug() + "/" + column.slug();
        }

        Rule rule() {
            return row.rule(column);
        }
    }

    static List<Cell> cells() {
        return ROWS.stream()
                .flatMap(row -> java.util.Arrays.stream(Column.values()).map(column -> new Cell(row, column)))
                .toList();
    }

    private static Rule demand(String text) {
        return new Rule.Demand(text);
    }

    private static Rule nothing(String text) {
        return new Rule.Nothing(text);
    }

    static final List<Row> ROWS = List.of(
            new Row("mutual-close", "funding spent by a closing transaction",
                    demand("the channel is over once it is deep; nobody is warned"),
                    demand("any closing transaction that we have ever signed is one, whichever was agreed last"),
                    nothing("a closing transaction revokes nothing")),
            new Row("unknown-spend", "funding spent by a transaction that we do not know",
                    demand("a person is warned, pending HTLCs of ours fail, though ours was about to confirm"),
                    demand("the same when theirs was"), demand("the same when a revoked one was")),
            new Row("to-local", "to_local",
                    demand("comes home in the first block after its delay, not before"),
                    demand("is theirs: left alone"),
                    demand("taken with the revocation key before its delay is over, however late we wake up")),
            new Row("to-remote", "to_remote",
                    demand("is theirs: left alone"),
                    demand("comes home in the next block: to our key, or with anchors after a delay of one block"),
                    demand("comes home, as in a valid one")),
            new Row("our-anchor", "our anchor",
                    demand("spent by a child that pays for our commitment, and replaced by better ones until it confirms"),
                    demand("what a child of ours was to pay for is free again when theirs confirms instead;"
                            + " paying for theirs is allowed and not asked for"),
                    nothing("nobody but the cheater is in a hurry")),
            new Row("htlc-offered-open", "HTLC that we offered, open",
                    demand("HTLC-timeout after its expiry; upstream fails once that is deep; its output comes home after the delay"),
                    demand("spent directly after its expiry; then upstream fails; in both of their valid commitments"),
                    demand("taken with the revocation key; then upstream fails")),
            new Row("htlc-offered-fulfilled", "HTLC that we offered, spent with the preimage",
                    demand("the preimage is in the witness: upstream is fulfilled as soon as the mempool shows it"),
                    demand("the same for their HTLC-success, in both of their valid commitments"),
                    demand("the same, and what the HTLC-success made is taken with the revocation key")),
            new Row("htlc-received-known", "HTLC that they offered, preimage known",
                    demand("HTLC-success before its expiry; its output comes home after the delay"),
                    demand("spent directly, in both of their valid commitments"),
                    demand("taken with the revocation key, also from their HTLC-timeout when that was quicker")),
            new Row("htlc-received-unknown", "HTLC that they offered, no preimage",
                    demand("left alone; a preimage that comes late still takes it"),
                    demand("the same, in both of their valid commitments"),
                    demand("taken with the revocation key")),
            new Row("htlc-received-uncommitted", "HTLC that they offered, not irrevocably committed",
                    demand("never spent, though we know the preimage"),
                    demand("never spent, though we know the preimage"),
                    demand("taken with the revocation key")),
            new Row("htlc-without-output", "HTLC that we offered, without an output",
                    demand("fulfilled upstream when they have shown the preimage; else fails at a reasonable depth"),
                    demand("the same, dust or not in that one of the two"),
                    demand("the same")),
            new Row("htlc-second-stage", "their HTLC transaction",
                    nothing("ours are the rows above"), nothing("their delayed output is theirs"),
                    demand("its output is taken with the revocation key before its delay is over;"
                            + " a penalty that it broke is made again without it")),
            new Row("penalty-fees", "blocks that ask for more",
                    nothing("our anchor and our HTLC transactions are the rows above"),
                    nothing("what is ours there is in the rows above"),
                    demand("penalties bid more until they confirm; near the deadline each output goes alone,"
                            + " so that one that is pinned or gone does not hold the rest")),
            new Row("lost-data", "we have lost data: their number is above ours",
                    demand("what we hold is never broadcast"),
                    demand("our balance is salvaged, and a person is told"),
                    nothing("we could not know that it is one")),
            new Row("reorganisation", "blocks taken back, 1 to 6 of them",
                    demand("all is resolved again, also when another commitment or another spend takes the place;"
                            + " what was told upstream stays told, once; nothing is final before it is 100 deep"),
                    demand("the same"), demand("the same")),
            new Row("several-closings", "several channels closing at once",
                    demand("each ends as it would alone; what nobody else can take comes home together"),
                    demand("each ends as it would alone"),
                    demand("each ends as it would alone")));
}
