package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import fulgurite.node.journal.OneFailure;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.event.Level;

/** Keeps the {@link Registry}: gives each new channel its index, durably, before the channel's first event. */
public final class RegistryActor
        extends
            EventSourcedBehavior<RegistryActor.Command, RegistryEvent, Registry> {
    /** What the registry is asked to do. */
    public sealed interface Command {}

    /** Gives a channel its index. @param height of the chain now; @param replyTo told once the index is durable */
    public record RegisterChannel(NodeId peer, BlockHeight height, ActorRef<ChannelIndex> replyTo) implements Command {}

    /** The channel is over. */
    public record ArchiveChannel(long index) implements Command {}

    /** Remembers where a peer can be dialled. */
    public record RegisterAddress(NodeId peer, PeerAddress address) implements Command {}

    /** The answer to {@link RegisterChannel}. */
    public record ChannelIndex(long index, NodeId peer, BlockHeight since) {}

    /** Told once after a start: everything that was registered before it. */
    public record Recovered(Registry registry) {}

    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LAST = Duration.ofSeconds(30);

    private final ActorContext<Command> actor;
    private final ActorRef<Recovered> listener;
    private final Transient now = new Transient();

    /** Kept by this same object when a write has failed and the journal is read back. */
    private static final class Transient {
        private Optional<Command> writing = Optional.empty();
        private boolean told;
    }

    /** The id of a node's registry. @param node short name of the node */
    public static String persistenceId(String node) {
        return "registry|" + node;
    }

    public static Behavior<Command> create(String node, ActorRef<Recovered> listener) {
        return OneFailure.ofEachWrite(Behaviors.setup(actor -> new RegistryActor(actor, node, listener)));
    }

    private RegistryActor(ActorContext<Command> actor, String node, ActorRef<Recovered> listener) {
        super(PersistenceId.ofUniqueId(persistenceId(node)),
                SupervisorStrategy.restartWithBackoff(RETRY_FIRST, RETRY_LAST, 0.0).withLogLevel(Level.WARN));
        this.actor = actor;
        this.listener = listener;
    }

    @Override
    public Registry emptyState() {
        return Registry.EMPTY;
    }

    @Override
    public CommandHandler<Command, RegistryEvent, Registry> commandHandler() {
        return this::onCommand;
    }

    private Effect<RegistryEvent, Registry> onCommand(Registry registry, Command command) {
        return switch (command) {
            case RegisterChannel(NodeId peer, BlockHeight height, ActorRef<ChannelIndex> replyTo) -> {
                long index = registry.nextIndex();
                yield write(command, new RegistryEvent.ChannelRegistered(index, peer, height),
                        () -> replyTo.tell(new ChannelIndex(index, peer, height)));
            }
            case ArchiveChannel(long index) -> registry.channels().containsKey(index)
                    ? write(command, new RegistryEvent.ChannelArchived(index), () -> {})
                    : Effect().none();
            case RegisterAddress(NodeId peer, PeerAddress address) -> address.equals(registry.addresses().get(peer))
                    ? Effect().none()
                    : write(command, new RegistryEvent.AddressRegistered(peer, address), () -> {});
        };
    }

    private Effect<RegistryEvent, Registry> write(Command command, RegistryEvent event, Runnable then) {
        now.writing = Optional.of(command);
        return Effect().persist(event).thenRun(() -> {
            now.writing = Optional.empty();
            then.run();
        });
    }

    /** What may not have been written is decided again; an index that is given twice is never used for a channel. */
    private void recovered(Registry registry) {
        if (!now.told) listener.tell(new Recovered(registry));
        now.told = true;
        now.writing.ifPresent(actor.getSelf()::tell);
        now.writing = Optional.empty();
    }

    @Override
    public EventHandler<Registry, RegistryEvent> eventHandler() {
        return Registry::evolve;
    }

    @Override
    public SignalHandler<Registry> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (registry, signal) -> recovered(registry))
                .build();
    }
}
