package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;
import org.bitcoinj.base.Bech32;
import org.bitcoinj.base.exceptions.AddressFormatException;

/**
 * A segwit address: a witness version and program on a network. Its text form is bech32 for version 0 (BIP 173) and
 * bech32m for the later ones (BIP 350). Legacy addresses are not spoken: nothing in Lightning pays to them.
 *
 * @param version 0..16
 * @param program 2..40 bytes; 20 or 32 for version 0
 */
public record Address(BitcoinNetwork network, int version, Bytes program) {
    public Address {
        if (version < 0 || version > 16) throw new IllegalArgumentException("no witness version " + version);
        if (!isProgram(version, program.size()))
            throw new IllegalArgumentException("no witness program of version " + version + ": " + program);
    }

    /** @throws IllegalArgumentException when {@code text} is no segwit address of {@code network}; the message says why */
    public static Address parse(String text, BitcoinNetwork network) {
        try {
            Bech32.Bech32Data parsed = Bech32.decode(text);
            if (!parsed.hrp.equals(network.addressPrefix()))
                throw wrong(text, "addresses of " + network + " begin with " + network.addressPrefix() + "1");
            byte[] groups = parsed.bytes();
            if (groups.length == 0) throw wrong(text, "it has no data");
            if (parsed.encoding != encoding(groups[0])) throw wrong(text, "its checksum is of another version");
            return new Address(network, groups[0], toBytes(groups, text));
        } catch (AddressFormatException e) {
            throw wrong(text, e.getMessage());
        }
    }

    /** The address that pays to {@code script}; empty when the script is no witness program. */
    public static Optional<Address> ofScript(Bytes script, BitcoinNetwork network) {
        if (script.size() < 4 || script.unsigned(1) != script.size() - 2) return Optional.empty();
        int opcode = script.unsigned(0);
        int version = opcode == 0 ? 0 : opcode - 0x50;
        if (opcode != 0 && version < 1 || version > 16 || !isProgram(version, script.size() - 2))
            return Optional.empty();
        return Optional.of(new Address(network, version, script.slice(2, script.size())));
    }

    /** The address of a single key, P2WPKH. */
    public static Address p2wpkh(PublicKey key, BitcoinNetwork network) {
        return new Address(network, 0, Hashes.hash160(key.bytes()));
    }

    /** The output script that this address stands for. */
    public Bytes script() {
        byte[] head = {(byte) (version == 0 ? 0 : 0x50 + version), (byte) program.size()};
        return Bytes.ofOwned(head).concat(program);
    }

    @Override
    public String toString() {
        return Bech32.encode(encoding(version), network.addressPrefix(), new Bech32.Bech32Bytes(toGroups()) {});
    }

    private static Bech32.Encoding encoding(int version) {
        return version == 0 ? Bech32.Encoding.BECH32 : Bech32.Encoding.BECH32M;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(text + " is not a segwit address: " + why);
    }

    /** The version, then the program in groups of five bits, padded with zeros. */
    private byte[] toGroups() {
        byte[] groups = new byte[1 + (program.size() * 8 + 4) / 5];
        groups[0] = (byte) version;
        for (int bit = 0; bit < program.size() * 8; bit++)
            if ((program.unsigned(bit / 8) >>> 7 - bit % 8 & 1) == 1) groups[1 + bit / 5] |= (byte) (16 >>> bit % 5);
        return groups;
    }

    private static Bytes toBytes(byte[] groups, String text) {
        int bits = (groups.length - 1) * 5;
        byte[] program = new byte[bits / 8];
        if (bits % 8 > 4) throw wrong(text, "it has a group too many");
        for (int bit = 0; bit < bits; bit++) {
            boolean set = (groups[1 + bit / 5] >>> 4 - bit % 5 & 1) == 1;
            if (!set) continue;
            if (bit >= program.length * 8) throw wrong(text, "its padding is not zero");
            program[bit / 8] |= (byte) (128 >>> bit % 8);
        }
        return Bytes.ofOwned(program);
    }

    private static boolean isProgram(int version, int size) {
        return switch (version) {
            case 0 -> size == 20 || size == 32;
            default -> size >= 2 && size <= 40;
        };
    }
}
