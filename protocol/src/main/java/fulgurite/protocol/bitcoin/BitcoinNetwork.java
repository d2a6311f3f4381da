package fulgurite.protocol.bitcoin;

import fulgurite.protocol.units.Bytes32;
import java.util.Locale;

/** The Bitcoin networks, and what of addresses and HD paths depends on them. */
public enum BitcoinNetwork {
    MAINNET("main", "bc", 0, "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"), TESTNET("test", "tb",
            1, "43497fd7f826957108f4a30fd9cec3aeba79972084e90ead01ea330900000000"), SIGNET("signet", "tb", 1,
                    "f61eee3b63a380a477a063af32b2bbc97c9ff9f01f2c4225e973988108000000"), REGTEST("regtest", "bcrt", 1,
                            "06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");

    private final String bitcoindName;
    private final String addressPrefix;
    private final int coinType;
    private final Bytes32 chainHash;

    BitcoinNetwork(String bitcoindName, String addressPrefix, int coinType, String chainHash) {
        this.bitcoindName = bitcoindName;
        this.addressPrefix = addressPrefix;
        this.coinType = coinType;
        this.chainHash = Bytes32.fromHex(chainHash);
    }

    /** What bitcoind calls the network in {@code getblockchaininfo}. */
    public String bitcoindName() {
        return bitcoindName;
    }

    /** The human-readable part of segwit addresses. */
    public String addressPrefix() {
        return addressPrefix;
    }

    /** The coin type of BIP 44 paths: 0 for bitcoin, 1 for everything worthless. */
    public int coinType() {
        return coinType;
    }

    /** The hash of the genesis block, in wire order. @bolt 0, chain_hash */
    public Bytes32 chainHash() {
        return chainHash;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
