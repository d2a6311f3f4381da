package fulgurite.simulator.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend.Subscription;
import fulgurite.node.chain.ChainBackend.Tip;
import fulgurite.node.chain.ChainBackend.Utxo;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.RawBlock;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.chain.PlayedChain;
import fulgurite.simulator.chain.Telling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The chain of a {@link Bitcoind} of our own, which nobody else mines on. Everything is asked of bitcoind through the
 * node's own backend; what has changed is found out after each call and told at once.
 *
 * <p>Design note. What the mempool holds is read after each call that may have changed it, and kept: others may use this
 * bitcoind too, but {@link #mempoolSpender} knows of what they do only after the next {@link #mempool}. Regtest has too
 * little traffic for estimates, so what {@link #estimatedFeerate} answers is kept here. What a miner demands is a
 * setting of bitcoind (blockmintxfee): it is restarted with another. Every block pays to another key, so that no branch
 * has a block that bitcoind was told to think invalid.
 */
public final class BitcoindChain implements PlayedChain {
    private static final String[] USUAL = {"-disablewallet", "-blockmintxfee=0"};
    private static final FeeratePerKw USUAL_ESTIMATE = new FeeratePerKw(1_000);
    /** What is invalidated stays in bitcoind's index, and makes each reorganisation slower. */
    private static final int LIVES = 25;
    private static Optional<BitcoindChain> shared = Optional.empty();

    private final Bitcoind bitcoind;
    private final Path directory;
    private final boolean isShared;
    private final BitcoindBackend backend;
    private final Rewards rewards = new Rewards();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<TxId, Tx> mempool = new LinkedHashMap<>();
    private Telling telling = new Telling();
    private FeeratePerKw estimate = USUAL_ESTIMATE;
    private boolean unusual;
    private int lives;

    private BitcoindChain(Path directory, boolean isShared) {
        this.directory = directory;
        this.isShared = isShared;
        bitcoind = Bitcoind.start(directory, USUAL);
        backend = new BitcoindBackend(settings(), InstantSource.system());
        blocks.add(await(backend.block(new BlockHeight(0))).orElseThrow());
    }

    /** A bitcoind of its own, at its genesis block, in a directory that goes with it. */
    public static BitcoindChain start() {
        return start(false);
    }

    private static BitcoindChain start(boolean isShared) {
        try {
            return new BitcoindChain(Files.createTempDirectory("fulgurite-bitcoind"), isShared);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that all tests of this JVM share, one after another: at its genesis block again, and nobody listens any more. */
    public static synchronized BitcoindChain shared() {
        if (shared.isPresent() && shared.get().lives++ < LIVES) {
            shared.get().beginAgain();
            return shared.get();
        }
        if (shared.isEmpty())
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> shared.ifPresent(BitcoindChain::end), "end of the shared chain"));
        shared.ifPresent(BitcoindChain::end);
        shared = Optional.of(start(true));
        return shared.get();
    }

    private void beginAgain() {
        telling = new Telling();
        if (unusual) {
            bitcoind.stop();
            bitcoind.startAgain(USUAL);
            unusual = false;
        }
        if (blocks.size() > 1) disconnect(blocks.size() - 1);
        if (!mempool.isEmpty()) throw new IllegalStateException("left in the mempool: " + mempool.keySet());
        rewards.forget();
        estimate = USUAL_ESTIMATE;
    }

    public Bitcoind bitcoind() {
        return bitcoind;
    }

    /** How a node asks it. */
    public BitcoindSettings settings() {
        return BitcoindSettings.of(bitcoind.url(), bitcoind.credentials(), BitcoinNetwork.REGTEST);
    }

    @Override
    public Tip tip() {
        return new Tip(blocks.getLast().height(), blocks.getLast().hash());
    }

    @Override
    public Optional<Block> block(BlockHeight height) {
        return height.height() < blocks.size() ? Optional.of(blocks.get(height.height())) : Optional.empty();
    }

    @Override
    public Optional<Utxo> unspent(OutPoint outPoint) {
        return await(backend.unspent(outPoint));
    }

    @Override
    public List<Tx> mempool() {
        look();
        return List.copyOf(mempool.values());
    }

    @Override
    public Optional<Tx> mempoolSpender(OutPoint outPoint) {
        return mempool.values()
                .stream()
                .filter(tx -> tx.inputs().stream().anyMatch(input -> input.outPoint().equals(outPoint)))
                .findFirst();
    }

    @Override
    public FeeratePerKw estimatedFeerate(int blocks) {
        return estimate;
    }

    @Override
    public void setEstimatedFeerate(FeeratePerKw feerate) {
        estimate = feerate;
    }

    @Override
    public void demandFeerate(FeeratePerKw feerate) {
        unusual = true;
        bitcoind.stop();
        bitcoind.startAgain("-disablewallet",
                "-blockmintxfee=" + BigDecimal.valueOf(feerate.satPerKw() * 4, 8).toPlainString());
        look();
    }

    @Override
    public void forgetMempool() {
        bitcoind.stop();
        bitcoind.startAgain("-disablewallet", "-blockmintxfee=0", "-persistmempool=0");
        unusual = true;
        mempool.clear();
    }

    @Override
    public Published publish(Tx tx) {
        Published said = await(backend.publish(tx));
        // What was refused, or was there before, has changed nothing.
        if (said instanceof Published.Accepted && !mempool.containsKey(tx.txid())) {
            look();
            telling.tellAll();
        }
        return said;
    }

    @Override
    public Published publishPackage(List<Tx> transactions) {
        Published said = await(backend.publishPackage(transactions));
        look();
        telling.tellAll();
        return said;
    }

    @Override
    public List<Block> mine(int count) {
        var mined = new ArrayList<Block>();
        String address = rewards.nextAddress();
        for (JsonNode hash : bitcoind.call("generatetoaddress", count, address)) mined.add(connected(hash.asText()));
        telling.tellAll();
        return mined;
    }

    @Override
    public Block mineExactly(List<Tx> transactions) {
        JsonNode found = bitcoind.call("generateblock", rewards.nextAddress(),
                transactions.stream().map(tx -> tx.toBytes().toHex()).toList());
        Block mined = connected(found.path("hash").asText());
        look();
        telling.tellAll();
        return mined;
    }

    /** Takes note of the block that was just found. */
    private Block connected(String hash) {
        RawBlock raw = RawBlock.parse(Bytes.fromHex(bitcoind.call("getblock", hash, 0).asText()));
        var block = new Block(blocks.getLast().height().plus(1), raw.hash(), raw.previous(), raw.timeSeconds(),
                raw.transactions());
        if (!block.previous().equals(blocks.getLast().hash()))
            throw new IllegalStateException("a block that is not on top: " + block.height());
        blocks.add(block);
        rewards.connected(block);
        for (Tx tx : block.transactions()) mempool.remove(tx.txid());
        telling.add(new ChainEvent.BlockConnected(block));
        return block;
    }

    @Override
    public Tx give(List<TxOutput> outputs) {
        Optional<Tx> payment = rewards.pay(outputs, this);
        for (int tries = 0; payment.isEmpty() && tries < 2 * Rewards.MATURITY; tries++) {
            mine(blocks.size() == 1 ? Rewards.MATURITY + 1 : 1);
            payment = rewards.pay(outputs, this);
        }
        if (publish(payment.orElseThrow()) instanceof Published.Rejected(String reason))
            throw new IllegalArgumentException("the faucet cannot pay that: " + reason);
        return payment.get();
    }

    @Override
    public void disconnect(int count) {
        var gone = new ArrayList<Block>();
        for (int i = 0; i < count; i++) gone.add(blocks.removeLast());
        bitcoind.call("invalidateblock", text(gone.getLast().hash()));
        for (Block block : gone) telling.add(new ChainEvent.BlockDisconnected(block));
        look();
        telling.tellAll();
    }

    /** After a bitcoind that was killed: it has forgotten what it had not written, perhaps the last blocks. */
    public void lookAgain() {
        while (!await(backend.block(blocks.getLast().height())).map(Block::hash)
                .equals(Optional.of(blocks.getLast().hash())))
            telling.add(new ChainEvent.BlockDisconnected(blocks.removeLast()));
        look();
        telling.tellAll();
    }

    @Override
    public Subscription subscribe(Consumer<ChainEvent> listener) {
        return telling.to(listener)::run;
    }

    @Override
    public Access connect() {
        var own = new BitcoindBackend(settings(), InstantSource.system());
        return new Access(own, own::close);
    }

    /** A shared one goes on: the next test uses it. */
    @Override
    public void close() {
        if (!isShared) end();
    }

    private void end() {
        backend.close();
        bitcoind.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds out what has come into the mempool, parents first, and what has left it. */
    private void look() {
        var now = new ArrayList<TxId>();
        for (var id : bitcoind.call("getrawmempool")) now.add(TxId.fromText(id.asText()));
        mempool.keySet().retainAll(now);
        var entered = new LinkedHashMap<TxId, Tx>();
        for (TxId txid : now)
            if (!mempool.containsKey(txid))
                entered.put(txid,
                        Tx.parse(Bytes.fromHex(bitcoind.call("getrawtransaction", txid.toString()).asText())));
        while (!entered.isEmpty())
            for (Tx tx : List.copyOf(entered.values())) {
                if (tx.inputs().stream().map(TxInput::outPoint).anyMatch(in -> entered.containsKey(in.txid())))
                    continue;
                entered.remove(tx.txid());
                mempool.put(tx.txid(), tx);
                telling.add(new ChainEvent.MempoolAccepted(tx));
            }
    }

    private static String text(Bytes32 hash) {
        return hash.bytes().reversed().toHex();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
