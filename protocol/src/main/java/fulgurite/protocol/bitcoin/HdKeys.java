package fulgurite.protocol.bitcoin;

import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.bitcoinj.base.Base58;
import org.bitcoinj.crypto.MnemonicCode;
import org.bitcoinj.crypto.MnemonicException;

/**
 * A private key that has descendants (BIP 32), from a seed or from the words of BIP 39. Its text form hides it.
 * Deriving is pure: the same seed and path give the same key for ever.
 */
public final class HdKeys {
    private static final Bytes MASTER = Bytes.ofOwned("Bitcoin seed".getBytes(StandardCharsets.US_ASCII));
    private static final long HARDENED = 0x80000000L;
    private static final long XPRV = 0x0488ade4L;
    private static final long XPUB = 0x0488b21eL;
    private static final long TPUB = 0x043587cfL;

    private final PrivateKey key;
    private final PublicKey point;
    private final Bytes chainCode;
    private final Origin origin;

    /** Where a key comes from. @param fingerprint of the parent's key, 4 bytes; @param number with the bit of hardening */
    private record Origin(int depth, Bytes fingerprint, long number, String path) {
        static final Origin MASTER = new Origin(0, Bytes.zeros(4), 0, "m");
    }

    private HdKeys(PrivateKey key, Bytes chainCode, Origin origin) {
        this.key = key;
        this.point = Curve.publicKey(key);
        this.chainCode = chainCode;
        this.origin = origin;
    }

    /** The master key of a seed of 16 to 64 bytes. @throws IllegalArgumentException for another size */
    public static HdKeys fromSeed(Bytes seed) {
        if (seed.size() < 16 || seed.size() > 64)
            throw new IllegalArgumentException("a seed is 16 to 64 bytes, got " + seed.size());
        Bytes material = Hashes.hmacSha512(MASTER, seed);
        return new HdKeys(new PrivateKey(material.slice(0, 32)), material.slice(32, 64), Origin.MASTER);
    }

    /**
     * The master key of twelve to twenty-four English words.
     *
     * @param passphrase empty for none
     * @throws IllegalArgumentException when a word is unknown or the checksum is wrong; the message holds no word
     */
    public static HdKeys fromMnemonic(String words, String passphrase) {
        return fromSeed(mnemonicSeed(words, passphrase));
    }

    /** The 64-byte seed of BIP 39 words. @throws IllegalArgumentException as {@link #fromMnemonic} */
    public static Bytes mnemonicSeed(String words, String passphrase) {
        checkMnemonic(words);
        return Bytes.ofOwned(MnemonicCode.toSeed(list(words), passphrase));
    }

    /** @throws IllegalArgumentException as {@link #fromMnemonic} */
    public static void checkMnemonic(String words) {
        List<String> list = list(words);
        if (list.size() < 12 || list.size() > 24)
            throw new IllegalArgumentException("BIP 39 has 12 to 24 words, these are " + list.size());
        try {
            MnemonicCode.INSTANCE.check(list);
        } catch (MnemonicException e) {
            throw new IllegalArgumentException("these are not BIP 39 words: a word is misspelt, missing or misplaced");
        }
    }

    private static List<String> list(String words) {
        return Arrays.asList(words.trim().split("\\s+"));
    }

    /** The words of 16 to 32 bytes of entropy, a multiple of four, separated by spaces. */
    public static String toMnemonic(Bytes entropy) {
        return String.join(" ", MnemonicCode.INSTANCE.toMnemonic(entropy.toByteArray()));
    }

    /** The child {@code index}, 0..2^31-1, not hardened. */
    public HdKeys child(int index) {
        return derive(point.bytes(), index, Integer.toString(index));
    }

    /** The hardened child {@code index}, 0..2^31-1: knowing it and the parent's public key does not give the parent. */
    public HdKeys hardened(int index) {
        return derive(Bytes.zeros(1).concat(key.bytes()), index | HARDENED, index + "'");
    }

    /** Its range is missed about once in 2^127 children; the curve's arithmetic throws then. */
    private HdKeys derive(Bytes parent, long number, String step) {
        Bytes material = Hashes.hmacSha512(chainCode, parent, new ByteWriter(4).writeU32(number).toBytes());
        return new HdKeys(Curve.add(key, new PrivateKey(material.slice(0, 32))), material.slice(32, 64),
                new Origin(origin.depth() + 1, Hashes.hash160(point.bytes()).slice(0, 4), number,
                        origin.path() + "/" + step));
    }

    /**
     * The descendant at a path such as {@code 84'/1'/0'}; a leading {@code m/} is allowed.
     *
     * @throws IllegalArgumentException when the path has another form
     */
    public HdKeys path(String path) {
        HdKeys at = this;
        for (String step : (path.startsWith("m/") ? path.substring(2) : path).split("/", -1)) {
            boolean hard = step.endsWith("'") || step.endsWith("h");
            int index = Integer.parseInt(hard ? step.substring(0, step.length() - 1) : step);
            if (index < 0) throw new IllegalArgumentException("a path's index is 0..2^31-1, got " + step);
            at = hard ? at.hardened(index) : at.child(index);
        }
        return at;
    }

    public PrivateKey privateKey() {
        return key;
    }

    public PublicKey publicKey() {
        return point;
    }

    /** The extended public key as text (xpub…, tpub…): no secret, but it betrays every address of its descendants. */
    public String extendedPublicKey(BitcoinNetwork network) {
        return extended(network.isMainnet() ? XPUB : TPUB, point.bytes());
    }

    /** The extended private key as text (xprv…): a secret. */
    String extendedPrivateKey() {
        return extended(XPRV, Bytes.zeros(1).concat(key.bytes()));
    }

    private String extended(long version, Bytes keyData) {
        var out = new ByteWriter();
        out.writeU32(version).writeU8(origin.depth()).writeBytes(origin.fingerprint()).writeU32(origin.number());
        out.writeBytes(chainCode).writeBytes(keyData);
        Bytes body = out.toBytes();
        return Base58.encode(body.concat(Hashes.sha256Twice(body).bytes().slice(0, 4)).toByteArray());
    }

    @Override
    public String toString() {
        return "HdKeys(" + origin.path() + ", hidden)";
    }
}
