package fulgurite.protocol.bitcoin;

import fulgurite.protocol.units.Bytes32;
import java.util.Locale;

/** The Bitcoin networks, and what of addresses and HD paths depends on them. */
public enum BitcoinNetwork {
    MAINNET("main", "bc", 0, 8332, 9735,
            "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"),
    /** Of 2024, BIP 94; the older testnet 3 is not spoken. */
    TESTNET4("testnet4", "tb", 1, 48332, 19735,
            "43f08bdab050e35b567c864b91f47f50ae725ae2de53bcfbbaf284da00000000"), SIGNET("signet", "tb", 1, 38332, 39735,
                    "f61eee3b63a380a477a063af32b2bbc97c9ff9f01f2c4225e973988108000000"), REGTEST("regtest", "bcrt", 1,
                            18443, 9735, "06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");

    private final String bitcoindName;
    private final String addressPrefix;
    private final int coinType;
    private final int bitcoindPort;
    private final int peerPort;
    private final Bytes32 chainHash;

    BitcoinNetwork(String bitcoindName, String addressPrefix, int coinType, int bitcoindPort, int peerPort,
            String chainHash) {
        this.bitcoindName = bitcoindName;
        this.addressPrefix = addressPrefix;
        this.coinType = coinType;
        this.bitcoindPort = bitcoindPort;
        this.peerPort = peerPort;
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

    /** Where bitcoind's JSON-RPC is, unless it is told otherwise. */
    public int bitcoindPort() {
        return bitcoindPort;
    }

    /** Where Lightning nodes listen, unless they are told otherwise. @bolt 1, Overview */
    public int peerPort() {
        return peerPort;
    }

    /** Whether its coins are worth anything. */
    public boolean isMainnet() {
        return this == MAINNET;
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
