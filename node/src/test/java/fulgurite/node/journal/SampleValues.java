package fulgurite.node.journal;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes values of any type that events and views are made of, from a seed: records component by component, sealed types by one of
 * their kinds. A record whose rules refuse the first numbers drawn gets others.
 */
public final class SampleValues {
    private static final int PATIENCE = 200;
    private final SplittableRandom random;

    public SampleValues(long seed) {
        random = new SplittableRandom(seed);
    }

    public Object of(Type type) {
        if (type instanceof ParameterizedType generic)
            return container((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        return ofClass((Class<?>) type);
    }

    private Object container(Class<?> raw, Type[] arguments) {
        int size = random.nextInt(3);
        if (raw == Optional.class) return size == 0 ? Optional.empty() : Optional.of(of(arguments[0]));
        if (Map.class.isAssignableFrom(raw)) {
            Map<Object, Object> map = java.util.SortedMap.class.isAssignableFrom(raw)
                    ? new TreeMap<>()
                    : new LinkedHashMap<>();
            for (int i = 0; i < size; i++) map.put(of(arguments[0]), of(arguments[1]));
            return map;
        }
        if (Set.class.isAssignableFrom(raw)) {
            Set<Object> set = java.util.SortedSet.class.isAssignableFrom(raw) ? new TreeSet<>() : new LinkedHashSet<>();
            for (int i = 0; i < size; i++) set.add(of(arguments[0]));
            return set;
        }
        if (List.class.isAssignableFrom(raw)) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < size; i++) list.add(of(arguments[0]));
            return list;
        }
        return ofClass(raw);
    }

    private Object ofClass(Class<?> type) {
        if (type == long.class || type == Long.class) return random.nextLong(1, 40_000);
        if (type == int.class || type == Integer.class) return random.nextInt(1, 40_000);
        if (type == boolean.class || type == Boolean.class) return random.nextBoolean();
        if (type == String.class) return "text " + random.nextInt(100) + " é\u0000";
        if (type == Bytes.class) return bytes(random.nextInt(60));
        if (type == PublicKey.class) return Curve.publicKey(new PrivateKey(bytes(32)));
        if (type == Tx.class) return transaction();
        if (type == java.time.Instant.class) return java.time.Instant.ofEpochMilli(random.nextLong(2_000_000_000_000L));
        if (type == NodeAnnouncement.class)
            return new NodeAnnouncement(new Signature(bytes(64)), Features.ofBits(random.nextInt(60)),
                    random.nextInt(40_000),
                    (NodeId) of(NodeId.class), bytes(3), bytes(32), bytes(7), bytes(random.nextInt(9)));
        if (type == ChannelUpdate.class)
            return new ChannelUpdate(new Signature(bytes(64)), new Bytes32(bytes(32)),
                    (ShortChannelId) of(ShortChannelId.class), random.nextInt(40_000), 1, random.nextInt(4),
                    new CltvDelta(random.nextInt(1000)), new MilliSatoshi(1), new MilliSatoshi(random.nextInt(40_000)),
                    random.nextInt(40_000), new MilliSatoshi(random.nextInt(40_000)), bytes(random.nextInt(9)));
        if (type.isEnum()) return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        if (type.isSealed()) {
            List<Class<?>> kinds = SealedTypes.kindsOf(type);
            return ofClass(kinds.get(random.nextInt(kinds.size())));
        }
        if (type.isRecord()) return record(type);
        throw new IllegalArgumentException("no samples of " + type + ": teach them to this class");
    }

    private Tx transaction() {
        return new Tx(2,
                List.of(new TxInput(new OutPoint(new TxId(bytes(32)), 1), Bytes.EMPTY, 0xfffffffdL,
                        List.of(bytes(71)))),
                List.of(new TxOutput(new Satoshi(random.nextLong(100_000)), bytes(34))), random.nextInt(500));
    }

    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        RuntimeException last = new IllegalStateException();
        for (int attempt = 0; attempt < PATIENCE; attempt++) {
            try {
                Object[] values = new Object[components.length];
                Class<?>[] types = new Class<?>[components.length];
                for (int i = 0; i < values.length; i++) {
                    types[i] = components[i].getType();
                    values[i] = component(type, components[i]);
                }
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(values);
            } catch (java.lang.reflect.InvocationTargetException e) {
                last = new IllegalStateException(type + " refuses its samples: " + e.getCause(), e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        throw last;
    }

    /** What fits the width that a message gives to a component, or a unit to its bytes. */
    private Object component(Class<?> owner, RecordComponent component) {
        if (component.getName().equals("rgbColor")) return bytes(3);
        if (component.getName().equals("alias") && component.getType() == Bytes.class) return bytes(32);
        if (component.getName().endsWith("Flags")) return random.nextInt(256);
        return component.getType() == Bytes.class && hasFixedSize(owner)
                ? bytes(sizeOf(owner))
                : of(component.getGenericType());
    }

    private static boolean hasFixedSize(Class<?> type) {
        return sizeOf(type) >= 0;
    }

    private static int sizeOf(Class<?> type) {
        try {
            return type.getField("SIZE").getInt(null);
        } catch (ReflectiveOperationException e) {
            return -1;
        }
    }

    private Bytes bytes(int size) {
        byte[] drawn = new byte[size];
        random.nextBytes(drawn);
        return Bytes.ofOwned(drawn);
    }
}
