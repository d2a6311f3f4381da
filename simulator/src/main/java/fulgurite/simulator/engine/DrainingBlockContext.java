package fulgurite.simulator.engine;

import scala.Function0;
import scala.concurrent.BlockContext;
import scala.concurrent.CanAwait;

/**
 * Runs what is ready wherever Scala code is about to block. An actor system's start waits for its logging actors to
 * answer: with one thread for all, nobody else would let them.
 */
record DrainingBlockContext(EventLoop loop) implements BlockContext {
    @Override
    public <T> T blockOn(Function0<T> wait, CanAwait permission) {
        loop.runReady();
        return wait.apply();
    }
}
