package fulgurite.node;

import com.typesafe.config.Config;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import java.util.List;
import java.util.Optional;

/**
 * Secrets that a conformance suite knows too, in the place of those of the seed, so that it can say beforehand what the
 * node will sign. For regtest only: whoever knows them has the node's money. Their text form hides them all the same.
 *
 * @param nodeKey of the node's identity
 * @param fundingKeys of its channels in the order of their opening, the last one for all further ones
 * @param shaSeed from which the per-commitment secrets of every channel come
 */
public record Conformance(
        Optional<PrivateKey> nodeKey,
        List<PrivateKey> fundingKeys,
        Optional<PrivateKey> revocation,
        Optional<PrivateKey> payment,
        Optional<PrivateKey> delayedPayment,
        Optional<PrivateKey> htlc,
        Optional<Bytes32> shaSeed) {
    public static final Conformance NONE = new Conformance(Optional.empty(), List.of(), Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Conformance {
        fundingKeys = List.copyOf(fundingKeys);
    }

    /**
     * @param set the settings under {@code conformance}
     * @throws IllegalArgumentException when something is set on another network than regtest, or is no secret; the
     *     message names it and shows none
     */
    static Conformance of(Config set, BitcoinNetwork network) {
        var read = new Conformance(secret(set, "node-private-key"),
                set.getStringList("funding-private-keys")
                        .stream()
                        .map(hex -> secret("funding-private-keys", hex))
                        .toList(),
                secret(set, "revocation-basepoint-secret"), secret(set, "payment-basepoint-secret"),
                secret(set, "delayed-payment-basepoint-secret"), secret(set, "htlc-basepoint-secret"),
                text(set, "shachain-seed").map(hex -> bytes("shachain-seed", hex)));
        boolean plain = read.equals(NONE) && set.getBoolean("htlc-timeouts");
        if (!plain && network != BitcoinNetwork.REGTEST)
            throw new IllegalArgumentException("what is under conformance is for regtest only: on " + network
                    + " known secrets and HTLCs without time-outs lose money");
        return read;
    }

    /** @param own the keys of that channel that come from the seed @param index 0 for the node's first channel */
    ChannelKeys over(ChannelKeys own, long index) {
        if (equals(NONE)) return own;
        PrivateKey funding = fundingKeys.isEmpty()
                ? own.funding()
                : fundingKeys.get((int) Math.min(index, fundingKeys.size() - 1L));
        return ChannelKeys.of(funding, revocation.orElse(own.revocation()), payment.orElse(own.payment()),
                delayedPayment.orElse(own.delayedPayment()), htlc.orElse(own.htlc()), shaSeed.orElse(own.shaSeed()));
    }

    private static Optional<PrivateKey> secret(Config set, String name) {
        return text(set, name).map(hex -> secret(name, hex));
    }

    private static Optional<String> text(Config set, String name) {
        return Optional.of(set.getString(name)).filter(hex -> !hex.isEmpty());
    }

    private static PrivateKey secret(String name, String hex) {
        var secret = new PrivateKey(bytes(name, hex).bytes());
        if (!Curve.isValidSecret(secret))
            throw new IllegalArgumentException("conformance." + name + " is no secret of secp256k1");
        return secret;
    }

    private static Bytes32 bytes(String name, String hex) {
        if (!hex.matches("[0-9a-fA-F]{64}"))
            throw new IllegalArgumentException("conformance." + name + " is 32 bytes in hex, 64 digits");
        return Bytes32.fromHex(hex);
    }

    @Override
    public String toString() {
        return equals(NONE) ? "Conformance()" : "Conformance(hidden)";
    }
}
