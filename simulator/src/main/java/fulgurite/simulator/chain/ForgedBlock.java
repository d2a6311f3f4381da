package fulgurite.simulator.chain;

import fr.acinq.bitcoin.Block;
import fr.acinq.bitcoin.BlockHash;
import fr.acinq.bitcoin.BlockHeader;
import fr.acinq.bitcoin.ByteVector32;
import fr.acinq.bitcoin.Crypto;
import fr.acinq.bitcoin.MerkleTree;
import fr.acinq.bitcoin.Script;
import fr.acinq.bitcoin.Transaction;
import fulgurite.node.chain.ChainBackend;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A block with a header that satisfies regtest's proof of work.
 *
 * @param toBlock the same as the port shows it, made once: of each channel that a node hears of it asks for its block
 */
record ForgedBlock(int height, BlockHeader header, List<ParsedTx> transactions, ChainBackend.Block toBlock) {
    private static final long REGTEST_BITS = 0x207fffffL;
    private static final long VERSION = 0x20000000L;
    private static final Bytes WITNESS_RESERVED = Bytes.zeros(32);

    private ForgedBlock(int height, BlockHeader header, List<ParsedTx> transactions) {
        this(height, header, List.copyOf(transactions), new ChainBackend.Block(new BlockHeight(height),
                wire(header.hash), wire(header.hashPreviousBlock), header.time,
                transactions.stream().map(ParsedTx::tx).toList()));
    }

    static ForgedBlock genesis() {
        return of(0, Block.RegtestGenesisBlock);
    }

    static ForgedBlock of(int height, Block block) {
        return new ForgedBlock(height, block.header, block.tx.stream().map(ParsedTx::of).toList());
    }

    /**
     * Finds the block.
     *
     * @param reward script and amount of the coinbase
     * @param extraNonce makes the coinbase another one than that of a rival block at the same height
     */
    static ForgedBlock forge(ForgedBlock parent, long timeSeconds, TxOutput reward, int extraNonce,
            List<ParsedTx> transactions) {
        int height = parent.height + 1;
        var all = new ArrayList<ParsedTx>();
        all.add(coinbase(height, reward, extraNonce, transactions));
        all.addAll(transactions);
        ByteVector32 root = MerkleTree.computeRoot(all.stream().map(tx -> tx.forScripts().hash.value).toList());
        for (long nonce = 0;; nonce++) {
            var header = new BlockHeader(VERSION, parent.header.hash, root, timeSeconds, REGTEST_BITS, nonce);
            if (header.checkProofOfWork()) return new ForgedBlock(height, header, all);
        }
    }

    Bytes32 hash() {
        return wire(header.hash);
    }

    /** Header and transactions as they go over the network. */
    Block toNetwork() {
        return new Block(header, transactions.stream().map(ParsedTx::forScripts).toList());
    }

    /** {@link #toNetwork} as bytes. */
    Bytes raw() {
        return Bytes.ofOwned(Block.write(toNetwork()));
    }

    Optional<ParsedTx> find(TxId txid) {
        return transactions.stream().filter(tx -> tx.txid().equals(txid)).findFirst();
    }

    int weight() {
        return 4 * 81 + transactions.stream().mapToInt(ParsedTx::weight).sum();
    }

    private static Bytes32 wire(BlockHash hash) {
        return Bytes32.copyOf(hash.value.toByteArray());
    }

    private static ParsedTx coinbase(int height, TxOutput reward, int extraNonce, List<ParsedTx> transactions) {
        // BIP 34 puts the height first; the number after it keeps rival coinbases apart.
        var script = new ByteWriter();
        if (height <= 16) {
            script.writeU8(0x50 + height);
        } else {
            Bytes number = Bytes.copyOf(Script.encodeNumber(height).toByteArray());
            script.writeU8(number.size()).writeBytes(number);
        }
        script.writeU8(4).writeU32(extraNonce);
        var input = new TxInput(OutPoint.NONE, script.toBytes(), 0xffffffffL, List.of(WITNESS_RESERVED));
        var commitment = new TxOutput(Satoshi.ZERO, witnessCommitment(transactions));
        return ParsedTx.of(new Tx(2, List.of(input), List.of(reward, commitment), 0));
    }

    /** BIP 141: the coinbase commits to the witnesses of all the others. */
    private static Bytes witnessCommitment(List<ParsedTx> transactions) {
        List<ByteVector32> hashes = Stream.concat(Stream.of(ByteVector32.Zeroes),
                transactions.stream().map(tx -> witnessHash(tx.forScripts()))).toList();
        Bytes root = Bytes.copyOf(MerkleTree.computeRoot(hashes).toByteArray());
        Bytes hash = Bytes.copyOf(Crypto.hash256(root.concat(WITNESS_RESERVED).toByteArray()));
        return Bytes.concat(Bytes.fromHex("6a24aa21a9ed"), hash);
    }

    private static ByteVector32 witnessHash(Transaction tx) {
        return new ByteVector32(Crypto.hash256(Transaction.write(tx)));
    }
}
