package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;
import org.bitcoinj.base.SegwitAddress;
import org.bitcoinj.base.exceptions.AddressFormatException;

/**
 * A segwit address: a witness version and program on a network. Its text form is bech32 for version 0 (BIP 173) and
 * bech32m for the later ones (BIP 350). Legacy addresses are not spoken: nothing in Lightning pays to them.
 *
 * @param version 0..16
 * @param program 2..40 bytes; 20 or 32 for version 0, 32 for version 1
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
            SegwitAddress parsed = SegwitAddress.fromBech32(text, network.bitcoinj());
            return new Address(network, parsed.getWitnessVersion(), Bytes.copyOf(parsed.getWitnessProgram()));
        } catch (AddressFormatException.WrongNetwork e) {
            throw new IllegalArgumentException(
                    text + " is not an address of " + network + ": those begin with " + network.addressPrefix() + "1",
                    e);
        } catch (AddressFormatException e) {
            throw new IllegalArgumentException(text + " is not a segwit address: " + e.getMessage(), e);
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
        return SegwitAddress.fromProgram(network.bitcoinj(), version, program.toByteArray()).toBech32();
    }

    private static boolean isProgram(int version, int size) {
        return switch (version) {
            case 0 -> size == 20 || size == 32;
            case 1 -> size == 32;
            default -> size >= 2 && size <= 40;
        };
    }
}
