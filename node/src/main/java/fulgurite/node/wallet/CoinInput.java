package fulgurite.node.wallet;

import fulgurite.node.wallet.Wallet.WalletCoin;
import fulgurite.protocol.bitcoin.P2tr;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import java.util.List;

/** A coin of the wallet's as an input: what it weighs, and how it is signed. */
final class CoinInput {
    static final long REPLACEABLE = 0xfffffffdL;
    private static final int BARE_WEIGHT = 4 * 41;

    private CoinInput() {}

    /** With the widest signature. */
    static int weight(WalletCoin coin) {
        int weight = BARE_WEIGHT + 1;
        for (Bytes element : widestWitness(coin)) weight += 1 + element.size();
        return weight;
    }

    /** With a witness as wide as it can be. */
    static TxInput widest(WalletCoin coin) {
        return new TxInput(coin.outPoint(), Bytes.EMPTY, REPLACEABLE, widestWitness(coin));
    }

    private static List<Bytes> widestWitness(WalletCoin coin) {
        return switch (coin.key().branch().kind()) {
            case P2WPKH -> P2wpkh.WIDEST_WITNESS;
            case P2TR -> P2tr.WIDEST_WITNESS;
        };
    }

    /** {@code tx} with the coin's witness. @param spent what each of its inputs spends */
    static Tx sign(WalletKeys keys, Tx tx, int input, List<TxOutput> spent, WalletCoin coin) {
        return switch (coin.key().branch().kind()) {
            case P2WPKH -> P2wpkh.sign(tx, input, coin.output().amount(), keys.privateKey(coin.key()));
            case P2TR -> P2tr.sign(tx, input, spent, keys.privateKey(coin.key()));
        };
    }
}
