package fulgurite.simulator.world;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.ActorNodeService;
import fulgurite.node.NodeActor;
import fulgurite.node.NodeKeys;
import fulgurite.node.NodeSettings;
import fulgurite.node.api.NodeService;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.simulator.chain.RegtestBackend;
import fulgurite.simulator.engine.Engine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * A node with as many lives as it is given. A crash closes the life's fence at once, so that nothing of it reaches the
 * outside any more; its actors end a moment later, at the same virtual time. Its journals stay, and the next life begins
 * with them and nothing else.
 */
public final class WorldNode {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    /** A process is never back at once; the least that is needed for the dead to be out of all queues. */
    private static final Duration LEAST_DOWN = Duration.ofMillis(1);

    private final Parts parts;
    private final String name;
    private final NodeSettings settings;
    private final NodeKeys keys;
    private final PeerAddress home;
    private final Desk desk;
    private Phase phase = Phase.DOWN;
    private Optional<Life> life = Optional.empty();
    private Optional<Running> running = Optional.empty();
    private Optional<CrashPlan> planned = Optional.empty();
    private int lives;

    private enum Phase {
        DOWN, STARTING, UP, DYING
    }

    /** What all nodes of a world share. @param crashed told of each crash */
    record Parts(Engine engine, ActorSystem<Guardian.Command> system, WorldNetwork network,
            BiConsumer<WorldNode, CrashPoint> crashed, BiConsumer<WorldNode, Tx> published) {}

    /** One life that has not ended. */
    private record Life(int number, Fence fence, RegtestBackend chain, ActorRef<NodeActor.Command> actor) {}

    /** What a node that is up can be asked. */
    public record Running(NodeService service, NodeActor.Running actors) {}

    /**
     * A crash that is to come, and what is after it.
     *
     * @param where it happens; empty: at whatever point comes
     * @param passed points of that kind that go well before
     * @param down until the next life begins
     * @param inFlightIsLost whether what was sent just before does not arrive any more
     * @param again the next life's own crash after so many points; empty: it lives
     */
    public record CrashPlan(Optional<CrashPoint> where, int passed, Duration down, boolean inFlightIsLost,
            Optional<Integer> again) {}

    WorldNode(Parts parts, String name, NodeSettings settings, NodeKeys keys, PeerAddress home) {
        this.parts = parts;
        this.name = name;
        this.settings = settings;
        this.keys = keys;
        this.home = home;
        this.desk = new Desk(parts.engine().loop());
    }

    public String name() {
        return name;
    }

    public NodeId id() {
        return keys.nodeId();
    }

    /** Its name in journals. */
    public String shortName() {
        return NodeActor.shortName(keys.nodeId());
    }

    public PeerAddress home() {
        return home;
    }

    public String uri() {
        return new PeerUri(keys.nodeId(), home).toString();
    }

    NodeKeys keys() {
        return keys;
    }

    public NodeSettings settings() {
        return settings;
    }

    /** The service of the present life, once it runs; empty while the node is down or starting. */
    public Optional<NodeService> service() {
        return running.map(Running::service);
    }

    public Optional<Running> running() {
        return running;
    }

    public boolean isUp() {
        return phase == Phase.UP;
    }

    public boolean isDown() {
        return phase == Phase.DOWN;
    }

    /** The next payment that arrives here waits so long for its answer; empty: for ever. */
    public void holdNext(Optional<Duration> how) {
        desk.holdNext(how);
    }

    /** New payments are answered at once from now on. */
    public void holdNoMore() {
        desk.holdNoMore();
    }

    public int paymentsHeld() {
        return desk.held();
    }

    /** From now on the node's chain cannot be asked, until {@link #restoreChain}. Nothing for a node that is down. */
    public void interruptChain() {
        life.ifPresent(present -> present.chain().interrupt("bitcoind does not answer"));
    }

    public void restoreChain() {
        life.ifPresent(present -> present.chain().restore());
    }

    public boolean chainIsInterrupted() {
        return life.filter(present -> present.chain().isInterrupted()).isPresent();
    }

    /** A copy of its wallet's keys, so many of each branch derived: to know its scripts by. */
    public WalletKeys wallet(int derived) {
        WalletKeys wallet = WalletKeys.of(keys.master(), settings.network());
        for (WalletKeys.Branch branch : WalletKeys.Branch.values()) wallet.deriveTo(branch, derived);
        return wallet;
    }

    /** With which its invoices are signed. */
    public PrivateKey nodeKey() {
        return keys.nodeKey();
    }

    /** Lets the node die at a point that is still to come; a later plan replaces it. */
    public void plan(CrashPlan plan) {
        planned = Optional.of(plan);
        life.ifPresent(present -> present.fence().arm(new Fence.Trap(plan.where(), plan.passed())));
    }

    /** It lives. */
    public void planNoCrash() {
        planned = Optional.empty();
        life.ifPresent(present -> present.fence().disarm());
    }

    /** Dies at this very moment, after a write and before all that follows from it. */
    void dieFor(Duration down) {
        planned = Optional.of(new CrashPlan(Optional.of(CrashPoint.AFTER_PERSIST), 0, down, true, Optional.empty()));
        life.filter(present -> !present.fence().isClosed())
                .ifPresent(present -> present.fence().closeAt(CrashPoint.AFTER_PERSIST));
    }

    Optional<Fence> fence() {
        return life.map(Life::fence);
    }

    /** Begins the next life, if the node is down. */
    public void start() {
        if (phase != Phase.DOWN) return;
        phase = Phase.STARTING;
        int number = ++lives;
        var fence = new Fence(this::died);
        var chain = new RegtestBackend(parts.network().chain());
        var world = new NodeActor.World(new FencedChain(chain, fence, tx -> parts.published().accept(this, tx)),
                new FencedTransport(parts.network().transport(home), fence),
                parts.engine().entropy(name + ", life " + number), parts.engine().clock(), desk);
        parts.system()
                .tell(new Guardian.Begin(NodeActor.create(settings, keys, world), name + "-" + number,
                        actor -> begun(new Life(number, fence, chain, actor), world), () -> ended(number)));
    }

    private void begun(Life next, NodeActor.World world) {
        life = Optional.of(next);
        planned.ifPresent(plan -> next.fence().arm(new Fence.Trap(plan.where(), plan.passed())));
        // On the engine's thread: a stage of Akka's would go on elsewhere.
        AskPattern.<NodeActor.Command, NodeActor.Started>ask(next.actor(), NodeActor.GetRunning::new, START_PATIENCE,
                parts.system().scheduler()).whenCompleteAsync((started, failure) -> {
                    if (!next.fence().isClosed()) started(next, world, started, failure);
                }, parts.system().executionContext());
    }

    private void started(Life next, NodeActor.World world, NodeActor.Started started, Throwable failure) {
        if (failure != null) throw new WorldFailedException(name + " does not start: " + failure);
        switch (started) {
            case NodeActor.NotRunning(String reason) -> throw new WorldFailedException(name + " does not start: "
                    + reason);
            case NodeActor.Running actors -> {
                phase = Phase.UP;
                running = Optional.of(new Running(new ActorNodeService(parts.system(), settings, keys, world, actors,
                        () -> CompletableFuture.failedStage(new IllegalStateException("it ends by crashing"))),
                        actors));
            }
        }
    }

    private void died(CrashPoint where) {
        phase = Phase.DYING;
        running = Optional.empty();
        Life over = life.orElseThrow();
        parts.network().silence(home, planned.map(CrashPlan::inFlightIsLost).orElse(true));
        parts.crashed().accept(this, where);
        // The fatal call is still on the stack of one of the life's own actors.
        parts.engine().loop().execute(() -> {
            over.chain().close();
            over.actor().tell(new NodeActor.Stop());
        });
    }

    private void ended(int number) {
        Life over = life.filter(present -> present.number() == number).orElseThrow();
        if (!over.fence().isClosed()) throw new WorldFailedException(name + " ended by itself");
        life = Optional.empty();
        Optional<CrashPlan> plan = planned;
        planned = Optional.empty();
        // When nothing else is ready, so that the last that the dead have said has been heard by the journal.
        parts.engine().loop().schedule(Duration.ZERO, () -> {
            parts.engine().journals().answerTheDead();
            phase = Phase.DOWN;
            plan.ifPresent(this::rise);
        });
    }

    private void rise(CrashPlan plan) {
        Duration down = plan.down().compareTo(LEAST_DOWN) < 0 ? LEAST_DOWN : plan.down();
        parts.engine().loop().schedule(down, () -> {
            plan.again()
                    .ifPresent(passed -> planned = Optional.of(new CrashPlan(Optional.empty(), passed, plan.down(),
                            plan.inFlightIsLost(), Optional.empty())));
            start();
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
