package fulgurite.protocol.wire;

import java.util.List;
import java.util.Optional;

/**
 * The features that BOLT 9 assigns, and zero-fee commitments of its successor. Each has an even bit, "required", and
 * the odd one above it, "optional".
 *
 * @bolt 9
 */
public enum Feature {
    DATA_LOSS_PROTECT(0), UPFRONT_SHUTDOWN_SCRIPT(4), GOSSIP_QUERIES(6), VAR_ONION_OPTIN(8), GOSSIP_QUERIES_EX(
            10), STATIC_REMOTEKEY(12), PAYMENT_SECRET(14), BASIC_MPP(16,
                    PAYMENT_SECRET), LARGE_CHANNEL(18), ANCHORS(22), ROUTE_BLINDING(24), SHUTDOWN_ANYSEGWIT(
                            26), DUAL_FUND(28), QUIESCE(34), ATTRIBUTION_DATA(36), ONION_MESSAGES(38), PROVIDE_STORAGE(
                                    42), CHANNEL_TYPE(44), SCID_ALIAS(46), PAYMENT_METADATA(48), ZEROCONF(50,
                                            SCID_ALIAS), SIMPLE_CLOSE(60, SHUTDOWN_ANYSEGWIT), SPLICE(62);

    private final int requiredBit;
    private final List<Feature> dependencies;

    Feature(int requiredBit, Feature... dependencies) {
        this.requiredBit = requiredBit;
        this.dependencies = List.of(dependencies);
    }

    /** The even bit. */
    public int requiredBit() {
        return requiredBit;
    }

    /** The odd bit. */
    public int optionalBit() {
        return requiredBit + 1;
    }

    /** What must be set too wherever this is. */
    public List<Feature> dependencies() {
        return dependencies;
    }

    /** The feature of a bit, even or odd. */
    public static Optional<Feature> ofBit(int bit) {
        for (Feature feature : values()) if (feature.requiredBit == (bit & ~1)) return Optional.of(feature);
        return Optional.empty();
    }
}
