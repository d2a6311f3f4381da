package fulgurite.node.seed;

import fulgurite.protocol.crypto.ChaCha;
import fulgurite.protocol.crypto.Scrypt;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A seed as text. In clear it is the words in one line, and in another {@code birth-height N} or {@code birth-height
 * now}, which older files lack. Under a passphrase it is one line: {@code FULGURITE-SEED 1 scrypt N r p SALT SEALED},
 * where SEALED is the clear text under ChaCha20-Poly1305, together with the words of the line before it, by a key that
 * scrypt makes of the passphrase. The salt is at random for each writing, so the nonce may be zero.
 */
final class SeedText {
    /** 64 MiB and about half a second for each guess. */
    static final Scrypt.Cost COST = new Scrypt.Cost(1 << 16, 8, 2);
    private static final String MAGIC = "FULGURITE-SEED";
    private static final Pattern SEALED = Pattern.compile(
            "(" + MAGIC + " 1 scrypt ([0-9]{1,7}) ([0-9]{1,2}) ([0-9]{1,2}) ([0-9a-f]{64})) ([0-9a-f]+)\\s*");
    private static final Pattern BIRTH = Pattern.compile("birth-height ([0-9]{1,9}|now)");
    private static final Bytes NONCE = Bytes.zeros(12);

    private SeedText() {}

    static boolean isSealed(String text) {
        return text.startsWith(MAGIC);
    }

    static String clear(Seed seed) {
        return seed.words() + "\nbirth-height " + switch (seed.birth()) {
            case Seed.Birth.At(BlockHeight height) -> Integer.toString(height.height());
            case Seed.Birth.Now now -> "now";
        } + "\n";
    }

    /** @param salt at random */
    static String sealed(Seed seed, String passphrase, Bytes32 salt, Scrypt.Cost cost) {
        String header = MAGIC + " 1 scrypt " + cost.n() + " " + cost.r() + " " + cost.p() + " " + salt.toHex();
        Bytes sealed = ChaCha.encrypt(key(passphrase, salt, cost), NONCE, utf8(header), utf8(clear(seed)));
        return header + " " + sealed.toHex() + "\n";
    }

    /** @throws IllegalArgumentException when it is no seed; the message holds nothing of the text */
    static Seed read(String text) {
        Seed.Birth birth = new Seed.Birth.At(new BlockHeight(0));
        var words = new StringBuilder();
        for (String line : text.lines().toList()) {
            Matcher matcher = BIRTH.matcher(line.strip());
            if (!matcher.matches()) words.append(line).append(' ');
            else
                if (matcher.group(1).equals("now")) birth = new Seed.Birth.Now();
                else birth = new Seed.Birth.At(new BlockHeight(Integer.parseInt(matcher.group(1))));
        }
        return new Seed(words.toString(), birth);
    }

    /**
     * @return empty when the passphrase is wrong, or the text was changed
     * @throws IllegalArgumentException when it is no sealed seed of a version that is known
     */
    static Optional<Seed> open(String text, String passphrase) {
        Matcher matcher = SEALED.matcher(text);
        if (!matcher.matches())
            throw new IllegalArgumentException("it is cut short, was changed, or is of a later version");
        var cost = new Scrypt.Cost(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)));
        Bytes32 key = key(passphrase, Bytes32.fromHex(matcher.group(5)), cost);
        return ChaCha.decrypt(key, NONCE, utf8(matcher.group(1)), Bytes.fromHex(matcher.group(6)))
                .map(plain -> read(new String(plain.toByteArray(), StandardCharsets.UTF_8)));
    }

    /** However a keyboard composes its letters, it is the same passphrase. */
    private static Bytes32 key(String passphrase, Bytes32 salt, Scrypt.Cost cost) {
        return Scrypt.key(utf8(Normalizer.normalize(passphrase, Normalizer.Form.NFKD)), salt.bytes(), cost);
    }

    private static Bytes utf8(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.UTF_8));
    }
}
