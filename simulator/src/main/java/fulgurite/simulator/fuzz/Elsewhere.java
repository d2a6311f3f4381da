package fulgurite.simulator.fuzz;

import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.OutPoint;
import fulgurite.simulator.chain.RegtestChain;
import java.util.List;
import java.util.Optional;

/** A second wallet with a node's seed, whose miner knows no fee: it takes a coin that the node is about to spend. */
final class Elsewhere {
    private static final long FINAL = 0xffffffffL;

    private Elsewhere() {}

    /** Nothing when the node has no unconfirmed transaction with a coin of its wallet. */
    static void spend(Stage stage, int node) {
        RegtestChain chain = stage.world().chain();
        WalletKeys wallet = stage.wallets().get(node);
        for (Tx waiting : chain.mempool())
            for (TxInput input : waiting.inputs()) {
                Optional<Tx> rival = rival(chain, wallet, input.outPoint());
                if (rival.isEmpty()) continue;
                chain.mineExactly(List.of(rival.get()));
                stage.tally().count("coins spent elsewhere");
                return;
            }
    }

    private static Optional<Tx> rival(RegtestChain chain, WalletKeys wallet, OutPoint coin) {
        return chain.unspent(coin)
                .flatMap(utxo -> wallet.find(utxo.output().script())
                        .map(path -> P2wpkh.sign(new Tx(2, List.of(TxInput.unsigned(coin, FINAL)),
                                List.of(new TxOutput(utxo.output().amount(), utxo.output().script())), 0), 0,
                                utxo.output().amount(), wallet.privateKey(path))));
    }
}
