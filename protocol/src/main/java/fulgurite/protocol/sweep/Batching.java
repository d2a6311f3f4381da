package fulgurite.protocol.sweep;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the outputs wanted go into one transaction. What nobody else can take goes together, whatever channel it is
 * of. What others may take goes together with what came from the same transaction while there is time, and alone when
 * there is not: then a single output that the peer has pinned or spent does not hold the rest.
 */
final class Batching {
    /** Blocks before a deadline from which on everything goes alone. */
    private static final int SPLIT = 6;
    private static final int MOST_OUTPUTS = 50;
    /** An HTLC transaction is heavy, and its fee must be at hand. */
    private static final int MOST_SECOND_STAGES = 10;

    private Batching() {}

    private sealed interface Group {}

    private record Uncontested() implements Group {}

    private record From(TxId parent) implements Group {}

    /** Second stages share their locktime. */
    private record SecondStages(TxId parent, long lockTime) implements Group {}

    private record Alone(Wanted wanted) implements Group {}

    static List<List<Wanted>> group(List<Wanted> wants, BlockHeight now) {
        Map<Group, List<Wanted>> groups = new LinkedHashMap<>();
        for (Wanted wanted : wants) groups.computeIfAbsent(group(wanted, now), none -> new ArrayList<>()).add(wanted);
        var batches = new ArrayList<List<Wanted>>();
        for (List<Wanted> group : groups.values()) {
            int most = group.getFirst() instanceof Wanted.SecondStage ? MOST_SECOND_STAGES : MOST_OUTPUTS;
            for (int i = 0; i < group.size(); i += most)
                batches.add(List.copyOf(group.subList(i, Math.min(i + most, group.size()))));
        }
        return batches;
    }

    private static Group group(Wanted wanted, BlockHeight now) {
        TxId parent = wanted.outPoint().txid();
        boolean near = wanted.hurry().left(now) <= SPLIT;
        return switch (wanted) {
            case Wanted.Output output when !output.hurry().isContested() -> new Uncontested();
            case Wanted.Output output -> near ? new Alone(output) : new From(parent);
            case Wanted.SecondStage stage -> near
                    ? new Alone(stage)
                    : new SecondStages(parent, stage.transaction().tx().lockTime());
            case Wanted.Anchor anchor -> new Alone(anchor);
        };
    }
}
