package fulgurite.simulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.simulator.fuzz.Step.PayKind;
import fulgurite.simulator.world.WorldNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A scripted life of three nodes. All of them together make every kind of event happen that can happen.
 *
 * @param told in words
 * @param channels that are there when it begins
 * @param villain who cheats, if anybody does
 */
record CrashStory(String told, List<Step.Open> channels, OptionalInt villain, List<Timed> steps) {
    /** Of every stage on which one is played. */
    static final long SEED = 1;

    /** What most stories begin with: a channel between each node and the next. */
    private static final List<Step.Open> LINE = List.of(new Step.Open(0, 1, 1_000_000, 50, true),
            new Step.Open(1, 2, 1_000_000, 50, true));

    /** More than a channel remembers onions of HTLCs that have expired. */
    private static final int MANY = 270;

    /** Who wrote what. */
    record Writing(int node, Class<?> kind) {}

    static List<CrashStory> all() {
        var all = new ArrayList<CrashStory>();
        openings(all);
        payments(all);
        closings(all);
        onChain(all);
        return all;
    }

    /** What the nodes write when nothing goes wrong, each kind once. @param legacy without anchors */
    Set<Writing> writings(boolean legacy) {
        Setup setup = setup(legacy);
        var writings = new LinkedHashSet<Writing>();
        try (Stage stage = Stage.set(SEED, setup)) {
            List<WorldNode> nodes = stage.world().nodes();
            stage.world().listenToWrites((node, id, events) -> {
                events.forEach(event -> writings.add(new Writing(nodes.indexOf(node), Census.kind(event))));
                return Optional.empty();
            });
            assertThat(Run.act(stage, setup, steps)).as(told).isEmpty();
        }
        return writings;
    }

    private static void openings(List<CrashStory> all) {
        all.add(new CrashStory("nodes meet", List.of(), OptionalInt.empty(),
                List.of(then(new Step.Connect(0, 1), 2_000), then(new Step.Connect(1, 2), 2_000))));
        all.add(story("a channel opens, announced", open(0, 1, true), mine(6)));
        all.add(story("a channel opens for its two sides alone", open(1, 2, false), mine(6)));
        all.add(story("a channel's opening is cut short", then(new Step.Open(0, 1, 200_000, 0, true), 60),
                then(new Step.Cut(0), 3_000)));
        all.add(story("the coins of a channel's funding are spent elsewhere", open(0, 1, true),
                then(new Step.SpendElsewhere(0), 2_000), mine(8)));
    }

    private static void payments(List<CrashStory> all) {
        all.add(story("payments succeed and fail", pay(0, 2, PayKind.INVOICE), pay(2, 0, PayKind.KEYSEND),
                pay(0, 2, PayKind.UNKNOWN_HASH), pay(2, 1, PayKind.TOO_LITTLE)));
        all.add(story("payments go along blinded paths", mine(6), pay(0, 2, PayKind.BLINDED),
                pay(2, 0, PayKind.BLINDED)));
        all.add(story("the second part of a payment never comes", pay(0, 1, PayKind.FIRST_PART),
                pay(2, 1, PayKind.FIRST_PART), then(new Step.Pay(1, 0, PayKind.FIRST_PART, 40_000_000), 90_000)));
        all.add(story("the feerate moves, and commitments with it", then(new Step.Feerate(4_000), 10), mine(1),
                pay(0, 2, PayKind.KEYSEND), then(new Step.Feerate(700), 10), mine(1)));
        all.add(story("lines are cut while a payment is under way",
                then(new Step.Pay(0, 2, PayKind.INVOICE, 5_000_000), 120), then(new Step.Cut(0), 30),
                then(new Step.Cut(1), 5_000)));
        all.add(manyPayments());
    }

    private static CrashStory manyPayments() {
        var steps = new ArrayList<Timed>();
        for (int i = 0; i < MANY; i++) steps.add(then(new Step.Pay(0, 1, PayKind.KEYSEND, 1_000_000), 150));
        steps.add(then(new Step.Mine(100, false), 2_000));
        return new CrashStory("many payments have long expired", LINE, OptionalInt.empty(), steps);
    }

    private static void closings(List<CrashStory> all) {
        all.add(story("a channel is closed by both sides", then(new Step.Close(0, 0, false), 3_000), mine(9)));
        all.add(story("a close by both is made to cost more", then(new Step.Close(0, 0, false), 2_000),
                then(new Step.BumpClose(0, 0, 9_000), 2_000), then(new Step.BumpClose(1, 0, 15_000), 2_000),
                mine(9)));
        all.add(story("a channel is closed by one side", pay(0, 1, PayKind.KEYSEND),
                then(new Step.Close(1, 0, true), 2_000), mine(1), mine(1), mine(24)));
        all.add(story("a closed channel is forgotten by all", then(new Step.Close(0, 0, false), 3_000), mine(1),
                then(new Step.Mine(75, true), 3_000)));
    }

    private static void onChain(List<CrashStory> all) {
        all.add(story("payments are held until they expire on chain", hold(2), pay(0, 2, PayKind.INVOICE), hold(0),
                pay(2, 0, PayKind.INVOICE), mine(60), mine(60)));
        all.add(story("a channel closes under a payment whose preimage comes later",
                then(new Step.Hold(2, 8_000), 10), pay(0, 2, PayKind.INVOICE),
                then(new Step.Close(0, 0, true), 1_000), mine(1), mine(1), then(new Step.Mine(1, true), 9_000),
                mine(2), mine(24)));
        all.add(new CrashStory("a revoked commitment is published", LINE, OptionalInt.of(1),
                List.of(pay(0, 1, PayKind.KEYSEND), pay(1, 0, PayKind.KEYSEND), then(new Step.Cheat(1, 0), 1_000),
                        mine(1), mine(1), mine(9))));
        all.add(story("the chain takes back how a channel ended", pay(0, 1, PayKind.KEYSEND),
                then(new Step.Close(0, 0, true), 2_000), mine(1), mine(2),
                then(new Step.Reorganise(3, 2, false), 3_000), mine(2), mine(24)));
    }

    /** What the story takes place among. @param legacy without anchors and with the older way to close */
    Setup setup(boolean legacy) {
        return Setup.plain(channels, villain, legacy ? List.of("anchors", "simple-close") : List.of());
    }

    private static CrashStory story(String told, Timed... steps) {
        return new CrashStory(told, LINE, OptionalInt.empty(), List.of(steps));
    }

    private static Timed open(int from, int to, boolean announce) {
        return then(new Step.Open(from, to, 300_000, 20, announce), 2_000);
    }

    private static Timed pay(int from, int to, PayKind kind) {
        return then(new Step.Pay(from, to, kind, 40_000_000), 2_000);
    }

    private static Timed hold(int node) {
        return then(new Step.Hold(node, 0), 10);
    }

    /** Blocks one by one. */
    private static Timed mine(int blocks) {
        return then(new Step.Mine(blocks, false), 2_000);
    }

    private static Timed then(Step step, long millis) {
        return new Timed(step, millis);
    }
}
