package fulgurite.simulator.onchain;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.wallet.Hands;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.PlayedChain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One node as the chain sees it: a wallet and the ends of its channels, which hear of every block unless it is asleep.
 * What it hears it hears in the order of the chain, blocks taken back included.
 */
final class Party {
    final String name;
    final PlayedChain chain;
    final Hands hands;
    final Bytes32 seed;
    final PrivateKey secret;
    final List<End> ends = new ArrayList<>();
    final List<Hands.Refusal> refusals = new ArrayList<>();
    /** What its channels have offered to the chain, taken or not. */
    final List<Tx> offered = new ArrayList<>();
    boolean asleep;
    private final Deque<ChainEvent> unheard = new ArrayDeque<>();
    /** Confirmed spends of every output, as far as it has heard. */
    private final Map<OutPoint, Spend> spends = new TreeMap<>();
    private BlockHeight height = new BlockHeight(0);
    private Satoshi before = Satoshi.ZERO;

    /** A confirmed spend. */
    record Spend(Tx tx, BlockHeight height) {}

    Party(String name, PlayedChain chain) {
        this.name = name;
        this.chain = chain;
        seed = Hashes.sha256(Bytes.copyOf(name.getBytes(StandardCharsets.UTF_8)));
        secret = new PrivateKey(Hashes.sha256(seed.bytes()).bytes());
        hands = new Hands(chain, seed.bytes());
        chain.subscribe(unheard::add);
    }

    NodeId nodeId() {
        return new NodeId(Curve.publicKey(secret));
    }

    BlockHeight height() {
        return height;
    }

    Feerates feerates() {
        return new Feerates(chain.estimatedFeerate(2), chain.estimatedFeerate(12), chain.estimatedFeerate(144));
    }

    /** Gives it confirmed coins. */
    void give(long... sat) {
        var outputs = new ArrayList<TxOutput>();
        for (long each : sat) outputs.add(new TxOutput(new Satoshi(each), hands.newScript()));
        chain.faucet(outputs);
    }

    /** What it owns is counted from here. */
    void startCounting() {
        before = hands.confirmed();
    }

    /** What blocks have brought it since {@link #startCounting}, less what it has spent. */
    long gain() {
        return hands.confirmed().minus(before).sat();
    }

    Optional<Spend> spendOf(OutPoint outPoint) {
        return Optional.ofNullable(spends.get(outPoint));
    }

    /** @return whether there was anything to hear */
    boolean follow() {
        boolean any = false;
        boolean blocks = false;
        while (!asleep && !unheard.isEmpty()) {
            any = true;
            ChainEvent event = unheard.poll();
            blocks |= !(event instanceof ChainEvent.MempoolAccepted);
            hands.follow(event);
            switch (event) {
                case ChainEvent.BlockConnected(Block block) -> connected(block);
                case ChainEvent.BlockDisconnected(Block block) -> disconnected(block);
                case ChainEvent.MempoolAccepted(Tx tx) -> {
                    ends.forEach(end -> end.unconfirmed(tx));
                    sweep();
                }
            }
        }
        if (blocks) hands.caughtUp();
        return any;
    }

    /** As a chain watcher does: at once, and the end asks again at each block. */
    void publish(Tx tx) {
        offered.add(tx);
        if (chain.publish(tx) instanceof Published.Rejected(String reason)) refusals.add(new Hands.Refusal(tx, reason));
    }

    /** What it has made to spend the output, taken by the chain or not; the latest. */
    Tx made(OutPoint outPoint) {
        var all = new ArrayList<>(offered);
        all.addAll(hands.offered());
        return all.reversed()
                .stream()
                .filter(tx -> tx.inputs().stream().anyMatch(input -> input.outPoint().equals(outPoint)))
                .findFirst()
                .orElseThrow();
    }

    boolean isDecided(Tx tx) {
        return tx.inputs().stream().map(TxInput::outPoint).anyMatch(spends::containsKey);
    }

    void sweep() {
        hands.sweep(height, feerates());
    }

    private void connected(Block block) {
        height = block.height();
        for (Tx tx : block.transactions())
            for (TxInput input : tx.inputs()) spends.put(input.outPoint(), new Spend(tx, height));
        ends.forEach(end -> end.connected(block));
        sweep();
    }

    private void disconnected(Block block) {
        height = new BlockHeight(block.height().height() - 1);
        spends.values().removeIf(spend -> spend.height().equals(block.height()));
        ends.forEach(end -> end.disconnected(block.height()));
        sweep();
    }
}
