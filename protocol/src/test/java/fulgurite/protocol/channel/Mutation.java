package fulgurite.protocol.channel;

import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.LightningMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Valid messages with one field at an edge, or nonsense. Only what the codecs would let through. */
final class Mutation {
    private static final long[] EDGES = {0, 1, 353, 354, 499_999_999, 500_000_000, 0xffffffffL, 1L << 48};
    private final Random random;

    Mutation(Random random) {
        this.random = random;
    }

    /** One field changed, or none when the message's type forbids the value. */
    LightningMessage of(LightningMessage message) {
        RecordComponent[] components = message.getClass().getRecordComponents();
        int changed = random.nextInt(components.length);
        try {
            var types = new Class<?>[components.length];
            var values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                Object value = components[i].getAccessor().invoke(message);
                values[i] = i == changed ? other(value) : value;
            }
            return (LightningMessage) message.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException forbidden) {
            return message;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private Object other(Object value) {
        return switch (value) {
            case Long v -> near(v, Long.MAX_VALUE);
            case Integer v -> (int) Math.floorMod(near(v, 0xffff), 0x10000L);
            case Satoshi v -> new Satoshi(near(v.sat(), Codecs.MAX_MONEY.sat()));
            case MilliSatoshi v -> new MilliSatoshi(near(v.msat(), Codecs.MAX_MONEY.toMilliSatoshi().msat()));
            case FeeratePerKw v -> new FeeratePerKw(near(v.satPerKw(), 0xffffffffL));
            case CltvExpiry v -> new CltvExpiry(near(v.height(), 0xffffffffL));
            case PublicKey v -> new PublicKey(
                    Bytes.concat(Bytes.fromHex(random.nextBoolean() ? "02" : "03"), block(32)));
            case PrivateKey v -> new PrivateKey(block(32));
            case PaymentPreimage v -> new PaymentPreimage(block(32));
            case Signature v -> new Signature(block(64));
            case Bytes32 v -> new Bytes32(block(32));
            case Bytes v -> v.size() > 100 ? v : block(random.nextInt(44));
            case List<?> v -> shortened(v);
            case TlvStream<?> v -> TlvStream.empty();
            default -> value;
        };
    }

    private List<?> shortened(List<?> list) {
        var next = new ArrayList<Object>(list);
        if (!next.isEmpty() && random.nextBoolean()) next.removeLast();
        else if (!next.isEmpty()) next.add(next.getFirst());
        return next;
    }

    private long near(long value, long most) {
        long next = switch (random.nextInt(6)) {
            case 0 -> value + 1;
            case 1 -> value - 1;
            case 2 -> most;
            case 3 -> most - random.nextInt(3);
            case 4 -> random.nextInt(2_000_000);
            default -> EDGES[random.nextInt(EDGES.length)];
        };
        return next < 0 || next > most ? 0 : next;
    }

    private Bytes block(int size) {
        var bytes = new byte[size];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> java.util.Arrays.fill(bytes, (byte) 0xff);
            default -> {}
        }
        return Bytes.ofOwned(bytes);
    }
}
