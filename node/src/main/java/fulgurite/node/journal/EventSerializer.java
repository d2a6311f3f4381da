package fulgurite.node.journal;

import akka.serialization.SerializerWithStringManifest;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.util.Map;

/** Gives {@link EventFormat} to Akka: every family of events under its own manifest and version. */
public final class EventSerializer extends SerializerWithStringManifest {
    /** Recorded beside every event: never changes. */
    private static final int IDENTIFIER = 7_001;

    /** The configuration that makes Akka use this serializer for every family. */
    public static Config bindings() {
        Config bindings = ConfigFactory.empty();
        for (EventFamily family : EventFamily.ALL)
            bindings = bindings.withFallback(
                    ConfigFactory.parseMap(Map.of(ConfigUtil.quoteString(family.type().getName()), "fulgurite-event")));
        return bindings.atPath("akka.actor.serialization-bindings")
                .withFallback(ConfigFactory.parseMap(
                        Map.of("akka.actor.serializers.fulgurite-event", EventSerializer.class.getName())));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object event) {
        return EventFamily.of(event).manifest();
    }

    @Override
    public byte[] toBinary(Object event) {
        return write(EventFamily.of(event).type(), event);
    }

    private static <T> byte[] write(Class<T> type, Object event) {
        return EventFormat.write(EventFamily.of(event).version(), type, type.cast(event));
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        EventFamily.Written written = EventFamily.ofManifest(manifest);
        return EventFormat.read(written.version(), written.family().type(), bytes);
    }
}
