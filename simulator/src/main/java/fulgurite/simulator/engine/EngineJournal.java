package fulgurite.simulator.engine;

import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import com.typesafe.config.Config;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/** Akka's way to the engine's {@link Journals}. Akka makes it by reflection, from its configuration. */
public final class EngineJournal extends AsyncWriteJournal {
    private final Journals journals;

    public EngineJournal(Config settings) {
        journals = EngineRegistry.journalsOf(context().system().settings().config());
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        var fine = new ArrayList<Optional<Exception>>();
        Promise<Iterable<Optional<Exception>>> later = Futures.promise();
        boolean now = true;
        for (AtomicWrite write : messages) {
            fine.add(Optional.empty());
            switch (journals.write(write, () -> later.trySuccess(fine))) {
                case DONE -> {}
                case LATER -> now = false;
                case FAILED -> later.tryFailure(new IOException("the journal does not answer"));
            }
        }
        return now && !later.isCompleted() ? Futures.successful(fine) : later.future();
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long to) {
        journals.delete(persistenceId, to);
        return done();
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
        return Futures.successful(journals.highest(persistenceId));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(String persistenceId, long from, long to, long most,
            Consumer<PersistentRepr> reader) {
        journals.read(persistenceId, from, to, most, reader);
        return done();
    }

    @SuppressWarnings("NullAway")
    private static Future<Void> done() {
        @Nullable
        Void nothing = null;
        return Futures.successful(nothing);
    }
}
