package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.util.Arrays;
import java.util.List;

/** An invoice's features: what a payment may or must use. @bolt 11, Feature Bits */
final class FeatureField {
    /** Those that BOLT 9 allows in invoices and that a payment here can do. */
    private static final List<Feature> KNOWN = List.of(Feature.VAR_ONION_OPTIN, Feature.PAYMENT_SECRET,
            Feature.BASIC_MPP, Feature.ATTRIBUTION_DATA, Feature.PAYMENT_METADATA);

    private FeatureField() {}

    /** @throws MalformedException when it demands what we do not know, or lacks what one of its features depends on */
    static void requirePayable(Features features) {
        for (int bit : features.bits())
            if (bit % 2 == 0 && KNOWN.stream().noneMatch(feature -> feature.requiredBit() == bit))
                throw new MalformedException("the invoice demands feature " + bit + ", which is unknown here");
        List<Feature> missing = features.missingDependencies();
        if (!missing.isEmpty())
            throw new MalformedException("the invoice has features that depend on " + missing + " without it");
    }

    /** @throws MalformedException when the groups begin with zero */
    static Features fromGroups(Bytes groups) {
        FiveBits.requireMinimal(groups, "the feature field");
        int[] set = new int[groups.size() * 5];
        int count = 0;
        for (int bit = 0; bit < set.length; bit++)
            if ((groups.get(groups.size() - 1 - bit / 5) >>> bit % 5 & 1) == 1) set[count++] = bit;
        return Features.ofBits(Arrays.copyOf(set, count));
    }

    /** In as few groups as possible: none when no bit is set. */
    static Bytes toGroups(Features features) {
        List<Integer> set = features.bits();
        if (set.isEmpty()) return Bytes.EMPTY;
        byte[] groups = new byte[set.getLast() / 5 + 1];
        for (int bit : set) groups[groups.length - 1 - bit / 5] |= (byte) (1 << bit % 5);
        return Bytes.ofOwned(groups);
    }
}
