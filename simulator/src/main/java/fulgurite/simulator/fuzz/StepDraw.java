package fulgurite.simulator.fuzz;

import fulgurite.simulator.world.CrashPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Draws the steps of a run. How often each kind comes is one table: {@link Kind}. */
final class StepDraw {
    private static final long LEAST_CAPACITY = 60_000;
    private static final long MOST_CAPACITY = 1_500_000;

    private final SplittableRandom random;
    private final OptionalInt villain;

    /** The kinds of steps and their weights. */
    private enum Kind {
        PAY(430), HOLD(45), FEERATE(30), CUT(45), CUT_WITHIN(100), PART(25), SLOW(15), CRASH(130), MINE(70), REORGANISE(
                22), CLOSE(14), FORCE_CLOSE(
                        10), CHEAT(8), OPEN(40), LOSE_CHAIN(16), LOSE_JOURNAL(40), BUMP_CLOSE(6), CONNECT(8);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private StepDraw(SplittableRandom random, OptionalInt villain) {
        this.random = random;
        this.villain = villain;
    }

    static List<Timed> draw(int count, OptionalInt villain, SplittableRandom random) {
        var draw = new StepDraw(random, villain);
        var steps = new ArrayList<Timed>();
        for (int i = 0; i < count; i++) steps.add(new Timed(draw.step(), draw.pause()));
        return List.copyOf(steps);
    }

    /** A channel of any size, two in three with something on both sides. */
    static Step.Open channel(int from, int to, boolean announce, SplittableRandom random) {
        int push = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 80);
        return new Step.Open(from, to, logUniform(random, LEAST_CAPACITY, MOST_CAPACITY), push, announce);
    }

    private Kind kind() {
        int sum = 0;
        for (Kind kind : Kind.values()) sum += kind.weight;
        int drawn = random.nextInt(sum);
        for (Kind kind : Kind.values()) {
            drawn -= kind.weight;
            if (drawn < 0) return kind;
        }
        throw new IllegalStateException("less than the sum of all weights");
    }

    private Step step() {
        return switch (kind()) {
            case PAY -> pay();
            case HOLD -> new Step.Hold(node(), random.nextInt(4) == 0 ? 0 : logUniform(random, 10, 90_000));
            case FEERATE -> new Step.Feerate(logUniform(random, 253, 8_000));
            case CUT -> new Step.Cut(line());
            case CUT_WITHIN -> new Step.CutWithin(line(), random.nextBoolean(), random.nextInt(0, 3_000));
            case PART -> new Step.Part(line(), logUniform(random, 100, 120_000));
            case SLOW -> new Step.Slow(logUniform(random, 50, 5_000), logUniform(random, 100, 20_000));
            case CRASH -> crash();
            case MINE -> mine();
            case REORGANISE -> reorganise();
            case CLOSE -> new Step.Close(node(), random.nextInt(8), false);
            case FORCE_CLOSE -> new Step.Close(node(), random.nextInt(8), true);
            case CHEAT -> villain.isPresent()
                    ? new Step.Cheat(villain.getAsInt(), random.nextInt(8))
                    : pay();
            case BUMP_CLOSE -> new Step.BumpClose(node(), random.nextInt(8), logUniform(random, 1_000, 20_000));
            case CONNECT -> connect();
            case OPEN -> open();
            case LOSE_CHAIN -> new Step.LoseChain(node(), logUniform(random, 100, 60_000));
            case LOSE_JOURNAL -> new Step.LoseJournal(node(), logUniform(random, 100, 60_000), random.nextBoolean());
        };
    }

    private int node() {
        return random.nextInt(Setup.NODES);
    }

    private int line() {
        return random.nextInt(Setup.NODES - 1);
    }

    private Step pay() {
        int from = node();
        int to = (from + random.nextInt(1, Setup.NODES)) % Setup.NODES;
        Step.PayKind kind = payKind(from, to);
        // Three in five near or below what becomes an output, the others large.
        long msat = random.nextInt(5) < 3 ? logUniform(random, 1, 3_000_000) : logUniform(random, 100_000, 400_000_000);
        return new Step.Pay(from, to, kind, msat);
    }

    private Step.PayKind payKind(int from, int to) {
        int drawn = random.nextInt(100);
        if (drawn < 34) return Step.PayKind.INVOICE;
        if (drawn < 68) return Step.PayKind.KEYSEND;
        // Only from end to end: a path with two nodes before the payee leads away from who is in between.
        if (drawn < 84)
            return drawn < 76 || Math.abs(from - to) == 1 ? Step.PayKind.BLINDED : Step.PayKind.BLINDED_FAR;
        if (drawn < 86) return Step.PayKind.BLINDED_TOO_LITTLE;
        return Step.PayKind.values()[2 + random.nextInt(Step.PayKind.BLINDED.ordinal() - 2)];
    }

    private Step crash() {
        CrashPoint[] points = CrashPoint.values();
        int drawn = random.nextInt(10);
        Optional<CrashPoint> where = drawn < 4
                ? Optional.of(CrashPoint.AFTER_PERSIST)
                : drawn < 6
                        ? Optional.of(CrashPoint.BEFORE_PERSIST)
                        : drawn < 7 ? Optional.empty() : Optional.of(points[random.nextInt(points.length)]);
        Optional<Integer> again = random.nextInt(3) == 0 ? Optional.of(random.nextInt(0, 12)) : Optional.empty();
        return new Step.Crash(node(), where, random.nextInt(0, 6), logUniform(random, 1, 30_000), random.nextBoolean(),
                again);
    }

    private Step mine() {
        int drawn = random.nextInt(20);
        int blocks = drawn == 0 ? random.nextInt(20, 50) : drawn < 6 ? random.nextInt(2, 7) : 1;
        return new Step.Mine(blocks, blocks <= 6 && random.nextBoolean());
    }

    private Step reorganise() {
        int depth = random.nextInt(1, Setup.DEEPEST_REORGANISATION + 1);
        return new Step.Reorganise(depth, random.nextInt(0, depth + 1), random.nextBoolean());
    }

    private Step connect() {
        int line = line();
        return random.nextBoolean() ? new Step.Connect(line, line + 1) : new Step.Connect(line + 1, line);
    }

    private Step open() {
        int line = line();
        boolean onwards = random.nextBoolean();
        return channel(onwards ? line : line + 1, onwards ? line + 1 : line, random.nextInt(5) > 0, random);
    }

    /** Mostly short: things are to happen while others are under way. */
    private long pause() {
        int drawn = random.nextInt(20);
        if (drawn < 9) return random.nextInt(0, 60);
        if (drawn < 17) return random.nextInt(60, 1_000);
        return random.nextInt(1_000, 15_000);
    }

    private static long logUniform(SplittableRandom random, long least, long most) {
        double low = StrictMath.log(least);
        double drawn = StrictMath.exp(low + random.nextDouble() * (StrictMath.log(most) - low));
        return Math.clamp(StrictMath.round(drawn), least, most);
    }
}
