package fulgurite.simulator.fuzz;

import fulgurite.simulator.world.CrashPoint;
import java.util.Optional;

/**
 * Something that happens to three nodes in a line, with every number that was drawn for it: so a run is a function of
 * its seed and its list of steps, and a step can be left out without changing what the others ask for. What a step
 * cannot do where it comes, as closing a channel when there is none, it leaves.
 *
 * <p>Nodes are 0, 1, 2; a line joins a node and the next: 0 or 1.
 */
public sealed interface Step {
    /** A payment. @param from a node; @param to another */
    record Pay(int from, int to, PayKind kind, long msat) implements Step {}

    /** How a payment is made, and what is wrong with it. */
    enum PayKind {
        KEYSEND, INVOICE,
        /** The payee does not know the hash. */
        UNKNOWN_HASH,
        /** The invoice is paid in its last second. */
        NEARLY_EXPIRED,
        /** The payer pays less than the payee asks. */
        TOO_LITTLE,
        /** The payer has not got so much. */
        TOO_MUCH,
        /** Half of what the payee asks, as the first part of two; the other never comes. */
        FIRST_PART,
        /** Over blinded paths that the payee makes, each with one node before it. */
        BLINDED,
        /** Over blinded paths with two nodes before the payee, of whom the payer is one. */
        BLINDED_FAR,
        /** Over blinded paths, for less than the payee asks. */
        BLINDED_TOO_LITTLE
    }

    /** The next payment to that node waits for its answer. @param millis zero: for ever */
    record Hold(int node, long millis) implements Step {}

    /** The chain's estimate changes. */
    record Feerate(long satPerKw) implements Step {}

    /** A line is cut; what is on its way is lost. */
    record Cut(int line) implements Step {}

    /** A line is cut within the bytes that flow. @param bytes delivered before that; @param onwards or back */
    record CutWithin(int line, boolean onwards, int bytes) implements Step {}

    /** A line is cut and cannot be dialled for a while. */
    record Part(int line, long millis) implements Step {}

    /** Everything takes longer for a while. */
    record Slow(long extraMillis, long millis) implements Step {}

    /**
     * A node dies when it comes to that point, and starts again.
     *
     * @param where empty: wherever it is next
     * @param passed points of the kind that go well before
     * @param again the next life dies too, after so many points of any kind; empty: it lives
     */
    record Crash(int node, Optional<CrashPoint> where, int passed, long downMillis, boolean inFlightIsLost,
            Optional<Integer> again) implements Step {}

    /** Blocks are found. @param atOnce before anybody can look */
    record Mine(int blocks, boolean atOnce) implements Step {}

    /**
     * The top blocks give way to a longer branch.
     *
     * @param empty blocks of the branch before transactions are in it again
     * @param rivals whether transactions that had lost to the ones taken back are in the branch's first block
     */
    record Reorganise(int depth, int empty, boolean rivals) implements Step {}

    /** A node closes one of its channels. @param channel counted through those that it has */
    record Close(int node, int channel, boolean force) implements Step {}

    /** A node wants a close by both to cost more. @param channel counted through those that it has */
    record BumpClose(int node, int channel, long satPerKw) implements Step {}

    /** A node's user connects it to its neighbour. */
    record Connect(int from, int to) implements Step {}

    /** A node publishes a revoked commitment of one of its channels. */
    record Cheat(int node, int channel) implements Step {}

    /** A node opens another channel to its neighbour. @param announce it to all */
    record Open(int from, int to, long sat, int pushPercent, boolean announce) implements Step {}

    /** A coin of a node's unconfirmed transaction is spent by another that a miner prefers: the wallet lives elsewhere too. */
    record SpendElsewhere(int node) implements Step {}

    /** A node's chain does not answer for a while. */
    record LoseChain(int node, long millis) implements Step {}

    /**
     * A node's journal goes away at the next write, and takes nothing for a while.
     *
     * @param stored whether that write is stored, though the node is told that it failed
     */
    record LoseJournal(int node, long millis, boolean stored) implements Step {}
}
