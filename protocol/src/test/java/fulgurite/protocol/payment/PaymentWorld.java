package fulgurite.protocol.payment;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.payment.outgoing.OutgoingContext;
import fulgurite.protocol.payment.outgoing.PaymentRoute;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Nodes 0, 1, 2, …, each with a channel to the next; node 0 is ours. Every secret follows from a name. */
public final class PaymentWorld {
    public static final BlockHeight HEIGHT = new BlockHeight(800_000);
    public static final Timestamp NOW = new Timestamp(1_800_000_000_000L);
    public static final Timestamp DEADLINE = NOW.plusSeconds(60);
    public static final MilliSatoshi AMOUNT = MilliSatoshi.msat(1_000_000);
    public static final MilliSatoshi FEE = MilliSatoshi.msat(1_000);
    public static final CltvDelta DELTA = new CltvDelta(40);
    public static final CltvDelta FINAL_DELTA = new CltvDelta(18);
    public static final PaymentPreimage PREIMAGE = new PaymentPreimage(bytes("preimage"));
    public static final PaymentSecret SECRET = new PaymentSecret(bytes("secret"));
    public static final PaymentTerms.Limits LIMITS = new PaymentTerms.Limits(MilliSatoshi.msat(5_000), DEADLINE, 5);

    private PaymentWorld() {}

    /** 32 bytes that follow from a name. */
    public static Bytes bytes(String name) {
        return Hashes.sha256(Bytes.ofOwned(name.getBytes(StandardCharsets.UTF_8))).bytes();
    }

    public static PrivateKey key(int node) {
        return new PrivateKey(bytes("node " + node));
    }

    public static NodeId node(int node) {
        return new NodeId(Curve.publicKey(key(node)));
    }

    /** The channel from a node to the next. */
    public static ShortChannelId channel(int from) {
        return ShortChannelId.of(new BlockHeight(700_000 + from), from, 0);
    }

    public static ChannelId channelId(String name) {
        return new ChannelId(bytes(name));
    }

    public static HtlcKey htlc(int number) {
        return new HtlcKey(channelId("incoming"), number);
    }

    /** To the node that is so many hops away, each node between keeping {@link #FEE} and {@link #DELTA}. */
    public static PaymentRoute route(int hops) {
        return route(hops, AMOUNT);
    }

    public static PaymentRoute route(int hops, MilliSatoshi amount) {
        List<PaymentRoute.Hop> all = new ArrayList<>();
        for (int i = 0; i < hops; i++) {
            int after = hops - 1 - i;
            all.add(new PaymentRoute.Hop(node(i), node(i + 1), channel(i), amount.plus(FEE.times(after)),
                    new CltvDelta(21 + DELTA.blocks() * after)));
        }
        return new PaymentRoute(all);
    }

    /** Of an invoice of the node that is so many hops away. */
    public static PaymentTerms terms(int hops) {
        return new PaymentTerms(PaymentTerms.hashOf(PREIMAGE), node(hops), AMOUNT, FINAL_DELTA,
                new PaymentTerms.Invoiced(SECRET, Optional.empty(), List.of()), LIMITS);
    }

    public static OutgoingContext context(String entropy) {
        return context(entropy, NOW);
    }

    public static OutgoingContext context(String entropy, Timestamp now) {
        return new OutgoingContext(HEIGHT, now, new PrivateKey(bytes(entropy)));
    }

    public static <E, F> Decision.Accepted<E, F> accepted(Decision<E, F> decision) {
        return switch (decision) {
            case Decision.Accepted<E, F> accepted -> accepted;
            case Decision.Refused<E, F> refused -> throw new AssertionError("refused: " + refused.refusal());
        };
    }

    public static <E, F> Refusal refused(Decision<E, F> decision) {
        return switch (decision) {
            case Decision.Accepted<E, F> accepted -> throw new AssertionError("accepted: " + accepted);
            case Decision.Refused<E, F> refused -> refused.refusal();
        };
    }
}
