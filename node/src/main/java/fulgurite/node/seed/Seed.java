package fulgurite.node.seed;

import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;

/**
 * The words from which all of a node's secrets come, and where on the chain its coins begin. Its text form hides the
 * words.
 *
 * @param words of BIP 39, 12 to 24, separated by single spaces
 */
public record Seed(String words, Birth birth) {
    /** From where on blocks can pay the seed's addresses. */
    public sealed interface Birth {
        /** At this height or later. 0: nobody knows. */
        record At(BlockHeight height) implements Birth {}

        /** Made just now: whatever block is the best when the chain is first asked. */
        record Now() implements Birth {}
    }

    /** @throws IllegalArgumentException when these are not BIP 39 words; the message holds none */
    public Seed {
        words = String.join(" ", words.strip().split("\\s+"));
        HdKeys.checkMnemonic(words);
    }

    /** A new seed. @param count of words: 12 or 24 */
    public static Seed fresh(Bytes32 entropy, int count) {
        if (count != 12 && count != 24)
            throw new IllegalArgumentException("a seed has 12 or 24 words, got " + count);
        return new Seed(HdKeys.toMnemonic(entropy.bytes().slice(0, count == 12 ? 16 : 32)), new Birth.Now());
    }

    /**
     * What a person typed, or what a file in clear says.
     *
     * @throws IllegalArgumentException when these are not BIP 39 words; the message holds none
     */
    public static Seed parse(String text) {
        return SeedText.read(text);
    }

    public HdKeys master() {
        return HdKeys.fromMnemonic(words, "");
    }

    public Seed bornAt(BlockHeight height) {
        return new Seed(words, new Birth.At(height));
    }

    @Override
    public String toString() {
        return "Seed(words hidden, " + birth + ")";
    }
}
