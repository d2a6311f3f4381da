package fulgurite.simulator.fuzz;

import fulgurite.simulator.fuzz.Step.PayKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Scripted lives of three nodes, which together make every kind of event happen that can happen. */
enum CrashStories {
    CONNECTING("nodes meet", new Timed(new Step.Connect(0, 1), 2_000), new Timed(new Step.Connect(1, 2),
            2_000)), OPENING("a channel opens, announced", open(0, 1, true), mine(6)), OPENING_PRIVATELY(
                    "a channel opens for its two sides alone", open(1, 2, false), mine(6)), OPENING_IN_VAIN(
                            "a channel's opening is cut short", new Timed(new Step.Open(0, 1, 200_000, 0, true), 60),
                            pause(new Step.Cut(0), 3_000)), PAYING("payments succeed and fail",
                                    pay(0, 2, PayKind.INVOICE),
                                    pay(2, 0, PayKind.KEYSEND),
                                    pay(0, 2, PayKind.UNKNOWN_HASH),
                                    pay(2, 1, PayKind.TOO_LITTLE)), FOLLOWING_FEES(
                                            "the feerate moves, and commitments with it",
                                            pause(new Step.Feerate(4_000), 10), mine(1),
                                            pay(0, 2, PayKind.KEYSEND), pause(new Step.Feerate(700), 10),
                                            mine(1)), LOSING_THE_LINE("lines are cut while a payment is under way",
                                                    new Timed(new Step.Pay(0, 2, PayKind.INVOICE, 5_000_000), 120),
                                                    pause(new Step.Cut(0), 30),
                                                    pause(new Step.Cut(1), 5_000)), CLOSING_BY_BOTH(
                                                            "a channel is closed by both sides",
                                                            pause(new Step.Close(0, 0, false), 3_000),
                                                            mine(9)), CLOSING_BY_ONE("a channel is closed by one side",
                                                                    pay(0, 1, PayKind.KEYSEND),
                                                                    pause(new Step.Close(1, 0, true), 2_000), mine(1),
                                                                    mine(1),
                                                                    pause(new Step.Mine(24, false), 2_000)), TIMING_OUT(
                                                                            "payments are held until they expire on chain",
                                                                            hold(2), pay(0, 2, PayKind.INVOICE),
                                                                            hold(0),
                                                                            pay(2, 0, PayKind.INVOICE),
                                                                            pause(new Step.Mine(60, false), 2_000),
                                                                            pause(new Step.Mine(60, false),
                                                                                    2_000)), LEARNING_LATE(
                                                                                            "a channel closes under a payment whose preimage comes later",
                                                                                            pause(new Step.Hold(2,
                                                                                                    8_000), 10),
                                                                                            pay(0, 2, PayKind.INVOICE),
                                                                                            pause(new Step.Close(0, 0,
                                                                                                    true),
                                                                                                    1_000),
                                                                                            mine(1), mine(1),
                                                                                            pause(new Step.Mine(1,
                                                                                                    true),
                                                                                                    9_000),
                                                                                            mine(2),
                                                                                            pause(new Step.Mine(24,
                                                                                                    false),
                                                                                                    1_000)), CHEATING(
                                                                                                            "a revoked commitment is published",
                                                                                                            pay(0, 1,
                                                                                                                    PayKind.KEYSEND),
                                                                                                            pay(1, 0,
                                                                                                                    PayKind.KEYSEND),
                                                                                                            pause(new Step.Cheat(
                                                                                                                    1,
                                                                                                                    0),
                                                                                                                    1_000),
                                                                                                            mine(1),
                                                                                                            mine(1),
                                                                                                            pause(new Step.Mine(
                                                                                                                    9,
                                                                                                                    false),
                                                                                                                    1_000)), FORGETTING(
                                                                                                                            "a closed channel is forgotten by all",
                                                                                                                            pause(new Step.Close(
                                                                                                                                    0,
                                                                                                                                    0,
                                                                                                                                    false),
                                                                                                                                    3_000),
                                                                                                                            mine(1),
                                                                                                                            pause(new Step.Mine(
                                                                                                                                    75,
                                                                                                                                    true),
                                                                                                                                    3_000)), TURNING_BACK(
                                                                                                                                            "the chain takes back how a channel ended",
                                                                                                                                            pay(0, 1,
                                                                                                                                                    PayKind.KEYSEND),
                                                                                                                                            pause(new Step.Close(
                                                                                                                                                    0,
                                                                                                                                                    0,
                                                                                                                                                    true),
                                                                                                                                                    2_000),
                                                                                                                                            mine(1),
                                                                                                                                            mine(2),
                                                                                                                                            pause(new Step.Reorganise(
                                                                                                                                                    3,
                                                                                                                                                    2,
                                                                                                                                                    false),
                                                                                                                                                    3_000),
                                                                                                                                            mine(2),
                                                                                                                                            pause(new Step.Mine(
                                                                                                                                                    24,
                                                                                                                                                    false),
                                                                                                                                                    1_000));

    private final String told;
    private final List<Timed> steps;

    CrashStories(String told, Timed... steps) {
        this.told = told;
        this.steps = List.copyOf(Arrays.asList(steps));
    }

    /** For people. */
    String told() {
        return told;
    }

    List<Timed> steps() {
        return steps;
    }

    /** What the story takes place among. @param legacy without anchors and with the older way to close */
    Setup setup(boolean legacy) {
        OptionalInt villain = this == CHEATING ? OptionalInt.of(1) : OptionalInt.empty();
        var channels = new ArrayList<Step.Open>();
        if (this != CONNECTING) {
            channels.add(new Step.Open(0, 1, 1_000_000, 50, true));
            channels.add(new Step.Open(1, 2, 1_000_000, 50, true));
        }
        return Setup.plain(channels, villain, legacy ? List.of("anchors", "simple-close") : List.of());
    }

    private static Timed open(int from, int to, boolean announce) {
        return pause(new Step.Open(from, to, 300_000, 20, announce), 2_000);
    }

    private static Timed pay(int from, int to, PayKind kind) {
        return pause(new Step.Pay(from, to, kind, 40_000_000), 2_000);
    }

    private static Timed hold(int node) {
        return pause(new Step.Hold(node, 0), 10);
    }

    /** Blocks one by one. */
    private static Timed mine(int blocks) {
        return pause(new Step.Mine(blocks, false), 2_000);
    }

    private static Timed pause(Step step, long millis) {
        return new Timed(step, millis);
    }
}
