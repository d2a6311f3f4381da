package fulgurite.simulator.scenario;

import java.time.Duration;
import java.util.SplittableRandom;

/** Random draws that are equal in every JVM: {@link StrictMath}, where {@link Math} may differ in the last bit. */
final class Draws {
    private Draws() {}

    /** From {@code least} to {@code most}, every order of magnitude alike. */
    static long logUniform(SplittableRandom random, long least, long most) {
        double low = StrictMath.log(least);
        double drawn = StrictMath.exp(low + random.nextDouble() * (StrictMath.log(most) - low));
        return Math.clamp(StrictMath.round(drawn), least, most);
    }

    /** The time until the next of events that happen at random, {@code mean} apart. */
    static Duration exponential(SplittableRandom random, Duration mean) {
        return Duration.ofNanos(StrictMath.round(-StrictMath.log(1 - random.nextDouble()) * mean.toNanos()));
    }
}
