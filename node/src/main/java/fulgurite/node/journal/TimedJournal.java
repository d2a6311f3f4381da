package fulgurite.node.journal;

import akka.actor.typed.javadsl.Adapter;
import akka.persistence.AtomicWrite;
import akka.persistence.jdbc.journal.JdbcAsyncWriteJournal;
import com.typesafe.config.Config;
import fulgurite.node.meter.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import scala.collection.immutable.Seq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** The journal on a relational database, which counts its writes and how long they take to be durable. */
public final class TimedJournal extends JdbcAsyncWriteJournal {
    private final MeterRegistry registry;
    private final Timer written;
    private final Timer failed;
    private final Counter events;

    /** Made by Akka. */
    public TimedJournal(Config config) {
        super(config);
        registry = Meters.of(Adapter.toTyped(context().system())).registry();
        written = writes("written");
        failed = writes("failed");
        events = Counter.builder("fulgurite.journal.events").description("events recorded").register(registry);
    }

    private Timer writes(String result) {
        return Timer.builder("fulgurite.journal.write")
                .description("from an actor's write to its being durable")
                .tag("result", result)
                .publishPercentileHistogram()
                .register(registry);
    }

    @Override
    public Future<Seq<Try<BoxedUnit>>> asyncWriteMessages(Seq<AtomicWrite> messages) {
        Timer.Sample sample = Timer.start(registry);
        int count = CollectionConverters.asJava(messages).stream().mapToInt(write -> write.payload().size()).sum();
        Future<Seq<Try<BoxedUnit>>> result = super.asyncWriteMessages(messages);
        result.onComplete(done -> {
            sample.stop(done.isSuccess() ? written : failed);
            if (done.isSuccess()) events.increment(count);
            return BoxedUnit.UNIT;
        }, context().dispatcher());
        return result;
    }
}
