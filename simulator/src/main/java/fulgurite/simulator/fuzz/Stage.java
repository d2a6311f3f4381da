package fulgurite.simulator.fuzz;

import fulgurite.node.api.NodeService;
import fulgurite.node.router.RouterSettings;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The world of one run, from the first block to the moment at which the steps may begin; and how its nodes are asked. */
final class Stage implements AutoCloseable {
    /** For each node, in coins of one size. */
    static final int COINS = 4;
    static final Satoshi COIN = new Satoshi(1_600_000);
    private static final Duration OPENING = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int ANNOUNCED_AT = 6;
    private static final int WALLET_KEYS = 100;

    private final CrashableWorld world;
    private final Tally tally = new Tally();
    private final Owed owed;
    private final Outages outages;
    private final int firstFree;
    private final SortedSet<TxId> cheats = new TreeSet<>();
    private final List<WalletKeys> wallets = new ArrayList<>();
    private long highestFeerate;

    private Stage(CrashableWorld world) {
        this.world = world;
        this.owed = new Owed(world);
        this.outages = new Outages(world, tally);
        world.failWrites(outages);
        this.firstFree = world.chain().tip().height().height() + 1;
        this.highestFeerate = world.chain().estimatedFeerate(1).satPerKw();
    }

    static Stage set(long seed, Setup setup) {
        List<CrashableWorld.Plan> plans = setup.nodes()
                .stream()
                .map(settings -> new CrashableWorld.Plan(settings, Collections.nCopies(COINS, COIN)))
                .toList();
        var stage = new Stage(CrashableWorld.start(seed, setup.conditions(), plans));
        try {
            stage.open(setup.channels());
            return stage;
        } catch (RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    private void open(List<Step.Open> channels) {
        if (channels.isEmpty()) return;
        for (int node = 0; node + 1 < Setup.NODES; node++)
            world.await(service(node).orElseThrow().connect(world.node(node + 1).uri()));
        var opening = new ArrayList<CompletionStage<NodeService.Channel>>();
        for (Step.Open open : channels) opening.add(service(open.from()).orElseThrow().create(request(open)));
        opening.forEach(world::await);
        world.chain().mine(ANNOUNCED_AT);
        Duration spent = Duration.ZERO;
        while (!allKnow(channels.size())) {
            if (spent.compareTo(OPENING) > 0) throw new RunFailedException("opening", "the channels do not open");
            world.runFor(LOOK);
            spent = spent.plus(LOOK);
        }
        // Terms follow their channels.
        world.runFor(RouterSettings.Gossip.FLUSH.multipliedBy(2));
    }

    private boolean allKnow(int channels) {
        for (WorldNode node : world.nodes()) {
            NodeService service = node.service().orElseThrow();
            if (!world.await(service.channels()).stream().allMatch(one -> one.state().equals("normal"))) return false;
            if (world.await(service.network()).channels() < channels) return false;
        }
        return true;
    }

    NodeService.Create request(Step.Open open) {
        var capacity = new Satoshi(open.sat());
        return new NodeService.Create(world.node(open.to()).id(), capacity,
                new Satoshi(open.sat() / 100 * open.pushPercent()), open.announce(), false, Optional.empty());
    }

    CrashableWorld world() {
        return world;
    }

    Tally tally() {
        return tally;
    }

    Owed owed() {
        return owed;
    }

    Outages outages() {
        return outages;
    }

    /** The lowest height that a reorganisation may take back: what is below gave the nodes their coins. */
    int firstFreeHeight() {
        return firstFree;
    }

    /** Revoked commitments that a node has published. */
    SortedSet<TxId> cheats() {
        return cheats;
    }

    /** The nodes' wallets, as far as their keys are used. */
    List<WalletKeys> wallets() {
        if (wallets.isEmpty()) for (WorldNode node : world.nodes()) wallets.add(node.wallet(WALLET_KEYS));
        return wallets;
    }

    void setFeerate(FeeratePerKw feerate) {
        highestFeerate = Math.max(highestFeerate, feerate.satPerKw());
        world.chain().setEstimatedFeerate(feerate);
    }

    /** In satoshis for 1000 units of weight, of all that were ever estimated. */
    long highestFeerate() {
        return highestFeerate;
    }

    /** Empty while the node is not up. */
    Optional<NodeService> service(int node) {
        return world.node(node).service();
    }

    /** Whatever the node answers goes to {@code then}; a refusal and a life that ends before are only counted. */
    <T> void ask(String what, CompletionStage<T> asked, Consumer<T> then) {
        asked.whenComplete((answer, failure) -> {
            if (failure == null) {
                then.accept(answer);
                return;
            }
            Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (!(cause instanceof NodeService.ServiceException refusal))
                throw new RunFailedException("service", what + " ended with " + cause);
            tally.count(what + (refusal.reason() == NodeService.Reason.TIMEOUT ? ": no answer" : ": refused"));
            world.engine().trace().record(what + " " + refusal.reason());
        });
    }

    @Override
    public void close() {
        world.close();
    }
}
