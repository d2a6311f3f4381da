package fulgurite.protocol.wire;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a node announces that it listens, by plain TCP.
 *
 * @bolt 7, The node_announcement Message
 */
public sealed interface AddressDescriptor {
    /** 1..65535 in what is written; 0 in what is to be ignored. */
    int port();

    /** @param address 4 bytes */
    record Ipv4(Bytes address, int port) implements AddressDescriptor {
        static final int TYPE = 1;
        static final int SIZE = 4;
    }

    /** @param address 16 bytes */
    record Ipv6(Bytes address, int port) implements AddressDescriptor {
        static final int TYPE = 2;
        static final int SIZE = 16;
    }

    /** @param address 35 bytes: the key, its checksum and the version */
    record OnionV3(Bytes address, int port) implements AddressDescriptor {
        static final int TYPE = 4;
        static final int SIZE = 35;
    }

    /** @param name ASCII, 1..255 characters */
    record DnsName(String name, int port) implements AddressDescriptor {
        static final int TYPE = 5;
        /** What a name may be made of, so that it can be shown and dialled. */
        static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,255}");
    }

    /** Deprecated; skipped. */
    int ONION_V2_TYPE = 3;
    int ONION_V2_SIZE = 12;

    /**
     * Those that can be dialled, in the order in which they stand. What follows the first of an unknown type is ignored,
     * and so are old onions, ports of zero, names that are none, and every name but the first.
     *
     * @throws MalformedException when a descriptor of a known type is cut short
     */
    static List<AddressDescriptor> decode(Bytes addresses) {
        var found = new ArrayList<AddressDescriptor>();
        boolean named = false;
        for (AddressDescriptor descriptor : all(addresses)) {
            boolean again = named && descriptor instanceof DnsName;
            named |= descriptor instanceof DnsName;
            if (descriptor.port() != 0 && !again && isUsable(descriptor)) found.add(descriptor);
        }
        return found;
    }

    private static boolean isUsable(AddressDescriptor descriptor) {
        return switch (descriptor) {
            case DnsName(String name, int port) -> DnsName.FORM.matcher(name).matches();
            case Ipv4 number -> true;
            case Ipv6 number -> true;
            case OnionV3 onion -> Onion.isValid(onion.address());
        };
    }

    /** Whether a node_announcement with these may be passed on: not with two names. @throws MalformedException as above */
    static boolean isToBeForwarded(Bytes addresses) {
        return all(addresses).stream().filter(DnsName.class::isInstance).count() <= 1;
    }

    private static List<AddressDescriptor> all(Bytes addresses) {
        var found = new ArrayList<AddressDescriptor>();
        ByteReader in = ByteReader.of(addresses);
        while (!in.isExhausted()) {
            switch (in.readU8()) {
                case 0 -> {}
                case Ipv4.TYPE -> found.add(new Ipv4(in.readBytes(Ipv4.SIZE), in.readU16()));
                case Ipv6.TYPE -> found.add(new Ipv6(in.readBytes(Ipv6.SIZE), in.readU16()));
                case ONION_V2_TYPE -> in.readBytes(ONION_V2_SIZE);
                case OnionV3.TYPE -> found.add(new OnionV3(in.readBytes(OnionV3.SIZE), in.readU16()));
                case DnsName.TYPE -> found.add(new DnsName(new String(in.readBytes(in.readU8()).toByteArray(),
                        StandardCharsets.ISO_8859_1), in.readU16()));
                default -> {
                    return found;
                }
            }
        }
        return found;
    }

    /**
     * In ascending order of their types, as they are announced.
     *
     * @throws IllegalArgumentException when there is more than one name, or a port of zero
     */
    static Bytes encode(List<AddressDescriptor> descriptors) {
        if (descriptors.stream().filter(DnsName.class::isInstance).count() > 1)
            throw new IllegalArgumentException("a node announces one name at most");
        var out = new ByteWriter();
        descriptors.stream().sorted(Comparator.comparingInt(AddressDescriptor::type)).forEach(each -> write(each, out));
        return out.toBytes();
    }

    private static int type(AddressDescriptor descriptor) {
        return switch (descriptor) {
            case Ipv4 number -> Ipv4.TYPE;
            case Ipv6 number -> Ipv6.TYPE;
            case OnionV3 onion -> OnionV3.TYPE;
            case DnsName name -> DnsName.TYPE;
        };
    }

    private static void write(AddressDescriptor descriptor, ByteWriter out) {
        if (descriptor.port() == 0) throw new IllegalArgumentException("a port of zero is not announced");
        out.writeU8(type(descriptor));
        switch (descriptor) {
            case Ipv4(Bytes address, int port) -> out.writeBytes(address);
            case Ipv6(Bytes address, int port) -> out.writeBytes(address);
            case OnionV3(Bytes address, int port) -> out.writeBytes(address);
            case DnsName(String name, int port) -> {
                out.writeU8(name.length());
                out.writeBytes(Bytes.ofOwned(name.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        out.writeU16(descriptor.port());
    }
}
