package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The frame of an invoice: its fields in their order, not yet understood.
 *
 * @param prefix the human-readable part
 * @param timestamp seconds since 1970, 35 bits
 * @bolt 11, Data Part
 */
record RawInvoice(String prefix, long timestamp, List<TaggedField> fields) {
    private static final int TIMESTAMP_GROUPS = 7;
    private static final int SIGNATURE_GROUPS = 104;

    RawInvoice {
        fields = List.copyOf(fields);
        if (timestamp < 0 || timestamp >>> 35 != 0)
            throw new IllegalArgumentException("an invoice's timestamp has 35 bits, got " + timestamp);
    }

    /** An invoice as it was read. @param recoveryId 0..3 */
    record Signed(RawInvoice invoice, Signature signature, int recoveryId) {
        /** @throws MalformedException when no key fits the signature */
        PublicKey recoverSigner() {
            try {
                return Curve.recover(invoice.digest(), signature, recoveryId);
            } catch (IllegalArgumentException e) {
                throw new MalformedException("the invoice's signature is not recoverable");
            }
        }

        String encode() {
            byte[] compact = signature.bytes().concat(Bytes.ofOwned(new byte[]{(byte) recoveryId})).toByteArray();
            Bytes groups = Bytes.concat(invoice.dataGroups(), FiveBits.fromBytes(Bytes.ofOwned(compact)));
            return new Bech32(invoice.prefix, groups).encode();
        }
    }

    /** @throws MalformedException when the text is not framed as an invoice */
    static Signed decode(String text) {
        Bech32 bech32 = Bech32.decode(text);
        Bytes groups = bech32.groups();
        int end = groups.size() - SIGNATURE_GROUPS;
        if (end < TIMESTAMP_GROUPS)
            throw new MalformedException("the invoice is too short for a timestamp and a signature");
        var invoice = new RawInvoice(bech32.prefix(), FiveBits.toNumber(groups.slice(0, TIMESTAMP_GROUPS)),
                decodeFields(groups, end));
        Bytes compact = FiveBits.toBytes(groups.slice(end, groups.size()));
        int recoveryId = compact.unsigned(Signature.SIZE);
        if (recoveryId > 3)
            throw new MalformedException("the signature's recovery id is 0..3, got " + recoveryId);
        return new Signed(invoice, new Signature(compact.slice(0, Signature.SIZE)), recoveryId);
    }

    private static List<TaggedField> decodeFields(Bytes groups, int end) {
        var fields = new ArrayList<TaggedField>();
        int at = TIMESTAMP_GROUPS;
        while (at < end) {
            if (end - at < 3) throw new MalformedException("a tagged field is cut off before its length");
            int size = groups.get(at + 1) << 5 | groups.get(at + 2);
            int start = at + 3;
            if (size > end - start)
                throw new MalformedException(
                        "a tagged field of type " + groups.get(at) + " is longer than the invoice");
            fields.add(new TaggedField(groups.get(at), groups.slice(start, start + size)));
            at = start + size;
        }
        return fields;
    }

    /** @param key 1..n-1 */
    Signed sign(PrivateKey key) {
        Bytes32 digest = digest();
        Signature signature = Curve.sign(digest, key);
        PublicKey signer = Curve.publicKey(key);
        for (int recoveryId = 0; recoveryId <= 3; recoveryId++)
            if (recovers(digest, signature, recoveryId, signer)) return new Signed(this, signature, recoveryId);
        throw new IllegalStateException("one of four recovery ids always fits");
    }

    Bytes32 digest() {
        Bytes prefixBytes = Bytes.ofOwned(prefix.getBytes(StandardCharsets.UTF_8));
        return Hashes.sha256(prefixBytes, FiveBits.toPaddedBytes(dataGroups()));
    }

    private Bytes dataGroups() {
        var parts = new ArrayList<Bytes>();
        parts.add(fixedWidth(timestamp, TIMESTAMP_GROUPS));
        for (TaggedField field : fields) {
            parts.add(fixedWidth(field.type(), 1));
            parts.add(fixedWidth(field.groups().size(), 2));
            parts.add(field.groups());
        }
        return Bytes.concat(parts.toArray(Bytes[]::new));
    }

    private static Bytes fixedWidth(long number, int size) {
        Bytes minimal = FiveBits.fromNumber(number);
        return Bytes.zeros(size - minimal.size()).concat(minimal);
    }

    private static boolean recovers(Bytes32 digest, Signature signature, int recoveryId, PublicKey signer) {
        try {
            return Curve.recover(digest, signature, recoveryId).equals(signer);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
