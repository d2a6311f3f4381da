package fulgurite.node.journal;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A persistent actor's last write, of which it is not known yet whether it is stored. A journal that answers with a failure
 * may have stored it all the same: the connection was lost before the answer. What the write was to lead to is done when
 * its events turn out to be there, and once.
 *
 * @param <S> the actor's state
 */
public final class UnsureWrite<S> {
    private Optional<Write<S>> write = Optional.empty();

    private record Write<S>(long last, Consumer<S> then) {}

    /**
     * @param last sequence number of its last event
     * @param then what it leads to, given the state after it
     */
    public void begin(long last, Consumer<S> then) {
        write = Optional.of(new Write<>(last, then));
    }

    /** The journal has answered that it is stored. */
    public void written(S state) {
        Optional<Write<S>> done = write;
        write = Optional.empty();
        done.ifPresent(one -> one.then().accept(state));
    }

    /**
     * The journal has been read back.
     *
     * @param last sequence number that was found
     * @return whether all that was begun is stored; else nothing of it is, for a write is stored whole or not at all
     */
    public boolean recovered(long last, S state) {
        boolean stored = write.filter(one -> last < one.last()).isEmpty();
        if (stored) written(state);
        else write = Optional.empty();
        return stored;
    }
}
