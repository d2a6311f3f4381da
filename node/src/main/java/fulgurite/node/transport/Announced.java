package fulgurite.node.transport;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.AddressDescriptor;
import fulgurite.protocol.wire.Onion;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** Addresses as node_announcement carries them. @bolt 7, The node_announcement Message */
public final class Announced {
    private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private Announced() {}

    /** @throws IllegalArgumentException when an address cannot be announced; its message names it */
    public static Bytes descriptors(List<PeerAddress> addresses) {
        return AddressDescriptor.encode(addresses.stream().map(Announced::descriptor).toList());
    }

    private static AddressDescriptor descriptor(PeerAddress address) {
        if (address.isWebSocket())
            throw new IllegalArgumentException(address + " cannot be announced: only plain TCP can, and the same port"
                    + " serves both");
        if (address.isOnion())
            return new AddressDescriptor.OnionV3(Onion.parse(address.name())
                    .orElseThrow(() -> new IllegalArgumentException(address + " is not an onion of version 3")),
                    address.port());
        if (isNumber(address.name())) {
            InetAddress number = number(address.name());
            if (number.isAnyLocalAddress())
                throw new IllegalArgumentException(address + " stands for every address and is none");
            Bytes bytes = Bytes.ofOwned(number.getAddress());
            return bytes.size() == 4
                    ? new AddressDescriptor.Ipv4(bytes, address.port())
                    : new AddressDescriptor.Ipv6(bytes, address.port());
        }
        var name = new AddressDescriptor.DnsName(address.name(), address.port());
        if (AddressDescriptor.decode(AddressDescriptor.encode(List.of(name))).isEmpty())
            throw new IllegalArgumentException(address + " is not a name that can be looked up");
        return name;
    }

    /** Whether others can reach what a node listens at: not what is for this machine alone, or every interface. */
    public static boolean isReachable(PeerAddress bound) {
        if (!isNumber(bound.name())) return true;
        InetAddress number = number(bound.name());
        return !number.isLoopbackAddress() && !number.isAnyLocalAddress() && !number.isLinkLocalAddress();
    }

    /** Whether a node listens at every interface. */
    public static boolean isEverywhere(PeerAddress bound) {
        return isNumber(bound.name()) && number(bound.name()).isAnyLocalAddress();
    }

    /** Where an announcement says that its node can be dialled; nothing when it is malformed. */
    public static List<PeerAddress> addresses(Bytes descriptors) {
        try {
            return AddressDescriptor.decode(descriptors).stream().map(Announced::address).toList();
        } catch (MalformedException e) {
            return List.of();
        }
    }

    private static PeerAddress address(AddressDescriptor descriptor) {
        return switch (descriptor) {
            case AddressDescriptor.Ipv4(Bytes number, int port) -> new PeerAddress(text(number), port);
            case AddressDescriptor.Ipv6(Bytes number, int port) -> new PeerAddress(text(number), port);
            case AddressDescriptor.OnionV3(Bytes onion, int port) -> new PeerAddress(Onion.name(onion), port);
            case AddressDescriptor.DnsName(String name, int port) -> new PeerAddress(name, port);
        };
    }

    private static String text(Bytes number) {
        try {
            return InetAddress.getByAddress(number.toByteArray()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Whether the host is a number, so that the JDK, given it, asks no DNS. */
    static boolean isNumber(String host) {
        return host.contains(":") || DOTTED.matcher(host).matches();
    }

    /** @throws IllegalArgumentException when it is none after all */
    static InetAddress number(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " is not an address", e);
        }
    }
}
