package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of feature bits, kept byte for byte as it came: leading zeros make two sets with the same bits different
 * values; compare by {@link #sameBits} where only the bits matter.
 *
 * @param bytes big-endian: bit 0 is the lowest bit of the last byte
 * @bolt 9
 */
public record Features(Bytes bytes) {
    public static final Features EMPTY = new Features(Bytes.EMPTY);
    /** With a {@code u16} length in front. */
    public static final Codec<Features> CODEC_U16 = Codecs.map(Codecs.BYTES_U16, Features.class, Features::new,
            Features::bytes);
    /** All that is left of the reader. */
    public static final Codec<Features> CODEC_REST = Codecs.map(Codecs.REST, Features.class, Features::new,
            Features::bytes);

    /** These bits in as few bytes as hold them. @param bits 0 and up */
    public static Features ofBits(int... bits) {
        Features features = EMPTY;
        for (int bit : bits) features = features.with(bit);
        return features;
    }

    /** Each feature by its odd bit: offered, not demanded. */
    public static Features optional(Feature... features) {
        Features set = EMPTY;
        for (Feature feature : features) set = set.with(feature.optionalBit());
        return set;
    }

    public boolean has(int bit) {
        int index = bytes.size() - 1 - bit / 8;
        return index >= 0 && (bytes.get(index) >> bit % 8 & 1) != 0;
    }

    /** Whether either bit of the feature is set. */
    public boolean offers(Feature feature) {
        return has(feature.requiredBit()) || has(feature.optionalBit());
    }

    /** Whether the even bit is set: it wins over the odd one. */
    public boolean requires(Feature feature) {
        return has(feature.requiredBit());
    }

    public Features with(int bit) {
        int size = Math.max(bytes.size(), bit / 8 + 1);
        byte[] changed = new byte[size];
        bytes.copyTo(changed, size - bytes.size());
        changed[size - 1 - bit / 8] |= (byte) (1 << bit % 8);
        return new Features(Bytes.ofOwned(changed));
    }

    public Features withRequired(Feature feature) {
        return with(feature.requiredBit());
    }

    public Features withOptional(Feature feature) {
        return with(feature.optionalBit());
    }

    /** Without either bit of the feature, in as few bytes as the rest needs. */
    public Features without(Feature feature) {
        return ofBits(bits().stream()
                .filter(bit -> (bit & ~1) != feature.requiredBit())
                .mapToInt(bit -> bit)
                .toArray());
    }

    public Features or(Features other) {
        Features longer = bytes.size() >= other.bytes.size() ? this : other;
        Features shorter = longer == this ? other : this;
        byte[] both = longer.bytes.toByteArray();
        int shift = both.length - shorter.bytes.size();
        for (int i = 0; i < shorter.bytes.size(); i++) both[shift + i] |= shorter.bytes.get(i);
        return new Features(Bytes.ofOwned(both));
    }

    /** The bits that are set, lowest first. */
    public List<Integer> bits() {
        var set = new ArrayList<Integer>();
        for (int bit = 0; bit < 8 * bytes.size(); bit++) if (has(bit)) set.add(bit);
        return List.copyOf(set);
    }

    public boolean sameBits(Features other) {
        return bits().equals(other.bits());
    }

    /** The even bits that no {@link Feature} explains: whoever receives one closes the connection. */
    public List<Integer> unknownRequired() {
        return bits().stream().filter(bit -> bit % 2 == 0 && Feature.ofBit(bit).isEmpty()).toList();
    }

    /** The even bits that {@code ours} does not offer, known or not. */
    public List<Integer> requiredButNotIn(Features ours) {
        return bits().stream().filter(bit -> bit % 2 == 0 && !ours.has(bit) && !ours.has(bit + 1)).toList();
    }

    /** The features that a set one depends on and that are not set; empty when the set is well formed. */
    public List<Feature> missingDependencies() {
        var missing = new ArrayList<Feature>();
        for (Feature feature : Feature.values())
            if (offers(feature))
                for (Feature needed : feature.dependencies())
                    if (!offers(needed) && !missing.contains(needed)) missing.add(needed);
        return List.copyOf(missing);
    }

    /** Whether both sides offer the feature. @bolt 1, The init Message */
    public boolean negotiatedWith(Features theirs, Feature feature) {
        return offers(feature) && theirs.offers(feature) || requires(feature);
    }

    @Override
    public String toString() {
        return bits().toString();
    }
}
