package fulgurite.protocol.invoice;

import fulgurite.protocol.units.Bytes;

/** One field as it stands in the text. @param type 0..31; @param groups its data, 0..1023 groups of five bits */
record TaggedField(int type, Bytes groups) {
    static final int MAX_GROUPS = 1023;
    static final int PAYMENT_HASH = 1;
    static final int ROUTE_HINT = 3;
    static final int FEATURES = 5;
    static final int EXPIRY = 6;
    static final int FALLBACK = 9;
    static final int DESCRIPTION = 13;
    static final int PAYMENT_SECRET = 16;
    static final int PAYEE = 19;
    static final int DESCRIPTION_HASH = 23;
    static final int MIN_FINAL_CLTV_EXPIRY_DELTA = 24;
    static final int METADATA = 27;

    TaggedField {
        if (groups.size() > MAX_GROUPS)
            throw new IllegalArgumentException("a tagged field has at most 639 bytes, got " + groups.size() * 5 / 8);
    }

    static TaggedField ofBytes(int type, Bytes bytes) {
        return new TaggedField(type, FiveBits.fromBytes(bytes));
    }

    static TaggedField ofNumber(int type, long number) {
        return new TaggedField(type, FiveBits.fromNumber(number));
    }

    Bytes bytes() {
        return FiveBits.toBytes(groups);
    }
}
