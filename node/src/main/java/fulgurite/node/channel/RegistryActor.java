package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;

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

    private final ActorRef<Recovered> listener;

    /** The id of a node's registry. @param node short name of the node */
    public static String persistenceId(String node) {
        return "registry|" + node;
    }

    public static Behavior<Command> create(String node, ActorRef<Recovered> listener) {
        return new RegistryActor(node, listener);
    }

    private RegistryActor(String node, ActorRef<Recovered> listener) {
        super(PersistenceId.ofUniqueId(persistenceId(node)));
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
                yield Effect().persist(new RegistryEvent.ChannelRegistered(index, peer, height))
                        .thenRun(() -> replyTo.tell(new ChannelIndex(index, peer, height)));
            }
            case ArchiveChannel(long index) -> registry.channels().containsKey(index)
                    ? Effect().persist(new RegistryEvent.ChannelArchived(index))
                    : Effect().none();
            case RegisterAddress(NodeId peer, PeerAddress address) -> address.equals(registry.addresses().get(peer))
                    ? Effect().none()
                    : Effect().persist(new RegistryEvent.AddressRegistered(peer, address));
        };
    }

    @Override
    public EventHandler<Registry, RegistryEvent> eventHandler() {
        return Registry::evolve;
    }

    @Override
    public SignalHandler<Registry> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (registry, signal) -> listener.tell(new Recovered(registry)))
                .build();
    }
}
