package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import java.util.Arrays;
import java.util.List;

/**
 * The features that a payment may or must use, as a big-endian bit field without leading zero bytes.
 *
 * @bolt 11, Feature Bits
 * @bolt 9, Feature bits: those with 9 in their context
 */
public record InvoiceFeatures(Bytes bits) {
    public static final InvoiceFeatures NONE = new InvoiceFeatures(Bytes.EMPTY);
    /** Even bits; the odd bit beside each says "optional". */
    public static final int VAR_ONION_OPTIN = 8;
    public static final int PAYMENT_SECRET = 14;
    public static final int BASIC_MPP = 16;
    public static final int OPTION_ROUTE_BLINDING = 24;
    public static final int OPTION_ATTRIBUTION_DATA = 36;
    public static final int OPTION_PAYMENT_METADATA = 48;

    private static final List<Integer> KNOWN = List
            .of(VAR_ONION_OPTIN, PAYMENT_SECRET, BASIC_MPP, OPTION_ROUTE_BLINDING, OPTION_ATTRIBUTION_DATA,
                    OPTION_PAYMENT_METADATA);

    public InvoiceFeatures {
        if (!bits.isEmpty() && bits.get(0) == 0)
            throw new IllegalArgumentException("a feature field begins with a zero byte");
    }

    /** The field with exactly these bits set. @param set each 0..5114, what a tagged field can hold */
    public static InvoiceFeatures of(int... set) {
        int highest = -1;
        for (int bit : set) highest = Math.max(highest, bit);
        if (highest >= TaggedField.MAX_GROUPS * 5)
            throw new IllegalArgumentException("an invoice has no feature bit " + highest);
        byte[] bits = new byte[highest / 8 + (highest < 0 ? 0 : 1)];
        for (int bit : set) bits[bits.length - 1 - bit / 8] |= (byte) (1 << bit % 8);
        return new InvoiceFeatures(Bytes.ofOwned(bits));
    }

    /** Whether this very bit is set. */
    public boolean hasBit(int bit) {
        return bit / 8 < bits.size() && (bits.get(bits.size() - 1 - bit / 8) >>> bit % 8 & 1) == 1;
    }

    /** Whether the payee supports the feature, demanding it or not. @param evenBit its even bit */
    public boolean supports(int evenBit) {
        return hasBit(evenBit) || hasBit(evenBit + 1);
    }

    /** @throws MalformedException when it demands what we do not know, or lacks what one of its features depends on */
    void requirePayable() {
        for (int bit = 0; bit < bits.size() * 8; bit += 2)
            if (hasBit(bit) && !KNOWN.contains(bit))
                throw new MalformedException("the invoice demands feature " + bit + ", which is unknown here");
        // var_onion_optin is assumed everywhere by now, so that payment_secret does not lack it.
        if (supports(BASIC_MPP) && !supports(PAYMENT_SECRET))
            throw new MalformedException("the invoice has basic_mpp without payment_secret, on which it depends");
    }

    /** @throws MalformedException when the groups begin with zero */
    static InvoiceFeatures fromGroups(Bytes groups) {
        FiveBits.requireMinimal(groups, "the feature field");
        int[] set = new int[groups.size() * 5];
        int count = 0;
        for (int bit = 0; bit < set.length; bit++)
            if ((groups.get(groups.size() - 1 - bit / 5) >>> bit % 5 & 1) == 1) set[count++] = bit;
        return of(Arrays.copyOf(set, count));
    }

    Bytes toGroups() {
        int size = highestBit() / 5 + 1;
        byte[] groups = new byte[bits.isEmpty() ? 0 : size];
        for (int bit = 0; bit < bits.size() * 8; bit++)
            if (hasBit(bit)) groups[size - 1 - bit / 5] |= (byte) (1 << bit % 5);
        return Bytes.ofOwned(groups);
    }

    private int highestBit() {
        for (int bit = bits.size() * 8 - 1; bit >= 0; bit--) if (hasBit(bit)) return bit;
        return -1;
    }
}
