package fulgurite.protocol.invoice;

import fulgurite.protocol.units.Bytes;
import java.util.Optional;

/**
 * An address on the chain, should Lightning fail.
 *
 * @param version 0..16 a witness version, 17 P2PKH, 18 P2SH
 * @param program the witness program or the 20-byte hash
 * @bolt 11, Tagged Fields
 */
public record FallbackAddress(int version, Bytes program) {
    private static final int PUBLIC_KEY_HASH = 17;
    private static final int SCRIPT_HASH = 18;

    public FallbackAddress {
        if (!isValid(version, program.size()))
            throw new IllegalArgumentException("no fallback address of version " + version + ": " + program);
    }

    /** Nothing when the version is unknown, or the program does not belong to it: a reader skips such fields. */
    static Optional<FallbackAddress> fromGroups(Bytes groups) {
        if (groups.isEmpty()) return Optional.empty();
        int version = groups.get(0);
        Bytes program = FiveBits.toBytes(groups.slice(1, groups.size()));
        return isValid(version, program.size())
                ? Optional.of(new FallbackAddress(version, program))
                : Optional.empty();
    }

    Bytes toGroups() {
        return Bytes.ofOwned(new byte[]{(byte) version}).concat(FiveBits.fromBytes(program));
    }

    /** The output script to pay to. */
    public Bytes script() {
        return switch (version) {
            case 0 -> Bytes.concat(Bytes.fromHex("00"), push());
            case PUBLIC_KEY_HASH -> Bytes.concat(Bytes.fromHex("76a9"), push(), Bytes.fromHex("88ac"));
            case SCRIPT_HASH -> Bytes.concat(Bytes.fromHex("a9"), push(), Bytes.fromHex("87"));
            default -> Bytes.concat(Bytes.ofOwned(new byte[]{(byte) (0x50 + version)}), push());
        };
    }

    private Bytes push() {
        return Bytes.ofOwned(new byte[]{(byte) program.size()}).concat(program);
    }

    private static boolean isValid(int version, int size) {
        if (version == 0) return size == 20 || size == 32;
        if (version == PUBLIC_KEY_HASH || version == SCRIPT_HASH) return size == 20;
        return version > 0 && version < PUBLIC_KEY_HASH && size >= 2 && size <= 40;
    }
}
