package fulgurite.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.journal.JournalSettings;
import fulgurite.node.peer.PeerSettings;
import fulgurite.node.router.GossipPace;
import fulgurite.node.router.RouterSettings;
import fulgurite.node.transport.Announced;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.ProxySettings;
import fulgurite.node.transport.TransportLimits;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.normal.Fees;
import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How one node is configured.
 *
 * @param alias its name among people, 1..32 bytes of UTF-8
 * @param dataDirectory of its seed and its journal
 * @param listen where peers may dial it; empty: it only dials
 * @param lines how it dials, what it announces, and what strangers may cost
 * @param features that it offers to peers
 * @param reserve of coins for the fees of channels that close
 * @param bitcoindWallet the name of bitcoind's wallet that pays for openings and sends; empty: the node's own
 * @param invariants whether every event of a channel is held to its invariants before it is recorded
 * @param zeroConfPeers that are trusted: channels with them are used before they confirm
 * @param gossip how it learns of the network and tells of it
 * @param pathFinder the name of the algorithm that finds routes for its payments
 * @param journal where its journal is
 * @param conformance secrets that a conformance suite knows
 */
public record NodeSettings(
        String alias,
        BitcoinNetwork network,
        Path dataDirectory,
        Optional<Endpoint> listen,
        Lines lines,
        Api api,
        Relay relay,
        ChannelLimits channels,
        Features features,
        ReserveTerms reserve,
        Optional<String> bitcoindWallet,
        boolean invariants,
        List<NodeId> zeroConfPeers,
        RouterSettings.Gossip gossip,
        String pathFinder,
        JournalSettings journal,
        Conformance conformance) {
    private static final int MAX_ALIAS_BYTES = 32;
    /** @bolt 2, cltv_expiry_delta Selection */
    private static final int LEAST_DELTA = 34;
    /** For a person who tries things out. */
    private static final Duration QUICK_FLUSH = Duration.ofMillis(200);

    public NodeSettings {
        zeroConfPeers = List.copyOf(zeroConfPeers);
        int size = alias.getBytes(StandardCharsets.UTF_8).length;
        if (size < 1 || size > MAX_ALIAS_BYTES)
            throw new IllegalArgumentException(
                    "an alias is 1 to " + MAX_ALIAS_BYTES + " bytes of UTF-8, got '" + alias + "'");
    }

    /** A place to listen at. @param port 0: any free one */
    public record Endpoint(String host, int port) {
        public Endpoint {
            if (host.isBlank()) throw new IllegalArgumentException("an endpoint needs a host");
            if (port < 0 || port > 65535) throw new IllegalArgumentException("a port is 0..65535, got " + port);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** @param announced where others may dial it, by plain TCP; empty: what it listens at, where that makes sense */
    public record Lines(List<PeerAddress> announced, TransportLimits limits, Optional<ProxySettings> proxy) {
        public Lines {
            announced = List.copyOf(announced);
        }
    }

    /**
     * @param hosts other names by which it may be called
     * @param password beside the tokens; empty: none
     * @param tls empty: in the clear
     */
    public record Api(Endpoint endpoint, List<String> hosts, String user, Optional<String> password,
            Optional<Tls> tls) {
        public Api {
            hosts = List.copyOf(hosts);
        }

        @Override
        public String toString() {
            return "Api(" + endpoint + ", " + hosts + ", " + user + ", password hidden, " + tls + ")";
        }
    }

    /** @param files the certificate's and its key's; empty: the node makes its own */
    public record Tls(Optional<CertificateFiles> files) {}

    public record CertificateFiles(Path certificate, Path key) {}

    /** The terms on which the node forwards. @param feeProportionalMillionths of the amount forwarded @bolt 7, HTLC Fees */
    public record Relay(
            MilliSatoshi feeBase,
            long feeProportionalMillionths,
            CltvDelta expiryDelta,
            MilliSatoshi htlcMinimum) {}

    /** The built-in settings, for regtest, under another name and directory. */
    public static NodeSettings regtest(String alias, Path dataDirectory) {
        return of(ConfigFactory.parseMap(java.util.Map.of("alias", alias, "data", dataDirectory.toString())));
    }

    /**
     * Reads what {@code node} sets; the rest is as in {@code fulgurite/settings.conf}.
     *
     * @throws NodeStartException when a setting is unknown or has no sense; the message names it
     */
    public static NodeSettings of(Config node) {
        SettingNames.check(node);
        Config all = node.withFallback(SettingNames.builtIn()).resolve();
        try {
            return read(all);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new NodeStartException("a setting is wrong: " + e.getMessage());
        }
    }

    private static NodeSettings read(Config all) {
        return new NodeSettings(all.getString("alias"),
                network(all),
                Path.of(all.getString("data")),
                all.getBoolean("listen.enabled") ? Optional.of(endpoint(all.getConfig("listen"))) : Optional.empty(),
                lines(all), api(all.getConfig("api")),
                relay(all.getConfig("relay"), network(all)), channels(all, network(all)),
                features(all.getStringList("features-off")), reserve(all.getConfig("wallet")),
                bitcoindWallet(all.getConfig("wallet")),
                all.getBoolean("channels.invariants"),
                all.getStringList("channels.zero-conf-peers").stream().map(NodeId::fromHex).toList(),
                gossip(all, network(all)), pathFinder(all),
                JournalSettings.of(all.getConfig("journal")),
                Conformance.of(all.getConfig("conformance"), network(all)));
    }

    private static String pathFinder(Config all) {
        String name = all.getString("router.algorithm");
        if (!PathFinders.names().contains(name))
            throw new IllegalArgumentException("router.algorithm is one of " + PathFinders.names() + ", got " + name);
        return name;
    }

    private static Api api(Config api) {
        return new Api(endpoint(api), api.getStringList("hosts"), api.getString("user"),
                Optional.of(api.getString("password")).filter(password -> !password.isEmpty()), tls(api));
    }

    private static Optional<Tls> tls(Config api) {
        String certificate = api.getString("tls.certificate-file");
        String key = api.getString("tls.key-file");
        if (certificate.isEmpty() != key.isEmpty())
            throw new IllegalArgumentException("api.tls needs both a certificate-file and a key-file, or neither");
        boolean on = switch (api.getString("tls.mode").toLowerCase(Locale.ROOT)) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            case "auto" -> !List.of("127.0.0.1", "::1", "localhost").contains(api.getString("host"));
            default -> throw new IllegalArgumentException("api.tls.mode is on, off or auto");
        };
        if (!on) return Optional.empty();
        return Optional.of(new Tls(certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new CertificateFiles(Path.of(certificate), Path.of(key)))));
    }

    private static Features features(List<String> off) {
        Features features = PeerSettings.FEATURES;
        for (String name : off)
            features = features.without(Feature.valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT)));
        if (!features.missingDependencies().isEmpty())
            throw new IllegalArgumentException("features-off leaves a feature on that depends on one that is off");
        return features;
    }

    private static BitcoinNetwork network(Config all) {
        String name = all.getString("network");
        BitcoinNetwork network = Arrays.stream(BitcoinNetwork.values())
                .filter(each -> each.toString().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no network '" + name
                        + "': it is one of " + Arrays.toString(BitcoinNetwork.values())));
        if (network.isMainnet() && !all.getBoolean("allow-mainnet"))
            throw new IllegalArgumentException("mainnet is where coins are worth something, and this software is young:"
                    + " set allow-mainnet = true, in the file of --conf, if you can bear to lose what you put into it");
        return network;
    }

    private static Endpoint endpoint(Config at) {
        return new Endpoint(at.getString("host"), at.getInt("port"));
    }

    private static Lines lines(Config all) {
        Config listen = all.getConfig("listen");
        Config each = listen.getConfig("per-address");
        Config proxy = all.getConfig("proxy");
        List<PeerAddress> announced = listen.getStringList("announce").stream().map(PeerAddress::parse).toList();
        // What cannot be announced is said at the start, not once there is a channel to announce.
        Announced.descriptors(announced);
        return new Lines(announced,
                TransportLimits.DEFAULT.with(listen.getInt("connections"), new TransportLimits.PerAddress(
                        each.getInt("connections"), each.getInt("burst"), each.getDuration("interval"),
                        each.getBoolean("loopback"))),
                proxy.getString("host").isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ProxySettings(proxy.getString("host"), proxy.getInt("port"),
                                proxy.getBoolean("always"))));
    }

    private static Relay relay(Config relay, BitcoinNetwork network) {
        if (relay.getInt("expiry-delta-blocks") < LEAST_DELTA && network != BitcoinNetwork.REGTEST)
            throw new IllegalArgumentException("relay.expiry-delta-blocks must be " + LEAST_DELTA
                    + " at least: with less, money can be lost to whoever is slow on purpose");
        return new Relay(new MilliSatoshi(relay.getLong("fee-base-msat")), relay.getLong("fee-millionths"),
                new CltvDelta(relay.getInt("expiry-delta-blocks")),
                new MilliSatoshi(relay.getLong("htlc-minimum-msat")));
    }

    private static RouterSettings.Gossip gossip(Config all, BitcoinNetwork network) {
        Duration usual = network == BitcoinNetwork.REGTEST ? QUICK_FLUSH : RouterSettings.Gossip.FLUSH;
        return new RouterSettings.Gossip(
                all.hasPath("gossip.flush-interval") ? all.getDuration("gossip.flush-interval") : usual,
                all.getInt("gossip.sync-peers"), all.getDuration("gossip.sync-interval"), pace(all));
    }

    private static GossipPace pace(Config all) {
        try {
            return new GossipPace(all.getInt("gossip.per-peer.burst"), all.getInt("gossip.per-peer.each-second"),
                    all.getInt("gossip.per-peer.question-cost"), all.getInt("gossip.per-peer.ignored"),
                    all.getInt("gossip.per-peer.forged"), new GossipPace.Speaker(all.getInt("gossip.per-speaker.burst"),
                            all.getDuration("gossip.per-speaker.interval")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("gossip.per-peer or gossip.per-speaker: " + e.getMessage());
        }
    }

    /** What is not set is usual on that network. */
    private static ChannelLimits channels(Config all, BitcoinNetwork network) {
        Config set = all.getConfig("channels");
        ChannelLimits usual = network == BitcoinNetwork.REGTEST ? ChannelLimits.REGTEST : ChannelLimits.PRODUCTION;
        boolean zeroReserve = set.hasPath("zero-reserve") ? set.getBoolean("zero-reserve") : usual.zeroReserve();
        if (zeroReserve && network != BitcoinNetwork.REGTEST)
            throw new IllegalArgumentException("channels.zero-reserve is for regtest only");
        return new ChannelLimits(usual.dustLimit(), usual.maxDustLimit(), usual.reservePercent(), zeroReserve,
                new CltvDelta(whole(set, "to-self-delay-blocks", usual.toSelfDelay().blocks())),
                usual.maxToSelfDelay(), usual.maxInFlightPercent(), usual.htlcMinimum(),
                whole(set, "max-accepted-htlcs", usual.maxAcceptedHtlcs()),
                whole(set, "minimum-depth-blocks", usual.minimumDepth()), usual.maxMinimumDepth(),
                new Satoshi(whole(set, "minimum-capacity-sat", Math.toIntExact(usual.minCapacity().sat()))),
                usual.minFeerate(), usual.maxFeerate(), usual.maxDustExposure(), usual.feeSpikeMultiple(),
                whole(set, "reasonable-depth-blocks", usual.reasonableDepth()),
                whole(set, "final-depth-blocks", usual.irrevocableDepth()),
                usual.fulfilmentBlocks(), usual.feeStepPercent(), set.getBoolean("upfront-shutdown"),
                all.getBoolean("conformance.htlc-timeouts"));
    }

    private static ReserveTerms reserve(Config wallet) {
        return new ReserveTerms(new Satoshi(wallet.getLong("reserve-per-channel-sat")),
                new Satoshi(wallet.getLong("reserve-most-sat")));
    }

    private static Optional<String> bitcoindWallet(Config wallet) {
        String name = wallet.getString("bitcoind.name");
        return switch (wallet.getString("kind")) {
            case "own" -> Optional.empty();
            case "bitcoind" -> Optional.of(name);
            case String other ->
                throw new IllegalArgumentException("wallet.kind is own or bitcoind, got '" + other + "'");
        };
    }

    private static int whole(Config set, String name, int usual) {
        return set.hasPath(name) ? set.getInt(name) : usual;
    }
}
