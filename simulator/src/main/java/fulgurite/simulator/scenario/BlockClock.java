package fulgurite.simulator.scenario;

import fulgurite.simulator.chain.RegtestChain;
import fulgurite.simulator.engine.Engine;
import java.time.Duration;
import java.util.SplittableRandom;

/** Finds blocks at random moments, ten minutes apart in the mean, until it is stopped. */
final class BlockClock {
    private static final Duration MEAN = Duration.ofMinutes(10);
    private final Engine engine;
    private final RegtestChain chain;
    private final SplittableRandom random;
    private boolean stopped;

    BlockClock(Engine engine, RegtestChain chain) {
        this.engine = engine;
        this.chain = chain;
        this.random = engine.random("blocks");
    }

    void start() {
        engine.loop().schedule(Draws.exponential(random, MEAN), () -> {
            if (stopped) return;
            chain.mine(1);
            start();
        });
    }

    void stop() {
        stopped = true;
    }
}
