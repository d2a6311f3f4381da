package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.util.Arrays;
import java.util.List;
import org.bitcoinj.crypto.ChildNumber;
import org.bitcoinj.crypto.DeterministicKey;
import org.bitcoinj.crypto.HDKeyDerivation;
import org.bitcoinj.crypto.MnemonicCode;
import org.bitcoinj.crypto.MnemonicException;

/**
 * A private key that has descendants (BIP 32), from a seed or from the words of BIP 39. Its text form hides it.
 * Deriving is pure: the same seed and path give the same key for ever.
 */
public final class HdKeys {
    private final DeterministicKey key;

    private HdKeys(DeterministicKey key) {
        this.key = key;
    }

    /** The master key of a seed of 16 to 64 bytes. @throws IllegalArgumentException for another size */
    public static HdKeys fromSeed(Bytes seed) {
        if (seed.size() < 16 || seed.size() > 64)
            throw new IllegalArgumentException("a seed is 16 to 64 bytes, got " + seed.size());
        return new HdKeys(HDKeyDerivation.createMasterPrivateKey(seed.toByteArray()));
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
        List<String> list = Arrays.asList(words.trim().split("\\s+"));
        try {
            MnemonicCode.INSTANCE.check(list);
        } catch (MnemonicException e) {
            throw new IllegalArgumentException("these are not BIP 39 words: a word is misspelt, missing or misplaced");
        }
        return Bytes.ofOwned(MnemonicCode.toSeed(list, passphrase));
    }

    /** The words of 16 to 32 bytes of entropy, a multiple of four, separated by spaces. */
    public static String toMnemonic(Bytes entropy) {
        return String.join(" ", MnemonicCode.INSTANCE.toMnemonic(entropy.toByteArray()));
    }

    /** The child {@code index}, 0..2^31-1, not hardened. */
    public HdKeys child(int index) {
        return new HdKeys(HDKeyDerivation.deriveChildKey(key, new ChildNumber(index, false)));
    }

    /** The hardened child {@code index}, 0..2^31-1: knowing it and the parent's public key does not give the parent. */
    public HdKeys hardened(int index) {
        return new HdKeys(HDKeyDerivation.deriveChildKey(key, new ChildNumber(index, true)));
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
        return PrivateKey.copyOf(key.getPrivKeyBytes());
    }

    public PublicKey publicKey() {
        return Curve.publicKey(privateKey());
    }

    /** The extended private key as text (xprv…): a secret. */
    String extendedPrivateKey() {
        return key.serializePrivB58(org.bitcoinj.base.BitcoinNetwork.MAINNET);
    }

    @Override
    public String toString() {
        return "HdKeys(" + key.getPathAsString() + ", hidden)";
    }
}
