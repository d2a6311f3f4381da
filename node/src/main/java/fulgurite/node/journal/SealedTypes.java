package fulgurite.node.journal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes each value of a sealed type with its name in the field {@code @}: {@code HtlcOffered} is
 * {@code "htlc-offered"}. The names are kept for ever in journals, so a class that is renamed must keep its old name
 * by an entry in {@link #RENAMED}; a golden file in the tests holds every name.
 */
final class SealedTypes extends SimpleModule {
    /** The field that holds the name. */
    static final String NAME_FIELD = "@";

    /** The names in journals of classes whose Java name has changed since. */
    private static final Map<String, String> RENAMED = Map.of();

    private final Predicate<Class<?>> writtenWhole;
    private final KindCodes codes;
    private final JsonTypeInfo.As place;

    /**
     * Version 1: the name in a field of the value's own.
     *
     * @param writtenWhole types that another module writes as one scalar, and whose kinds therefore need no name
     */
    SealedTypes(Predicate<Class<?>> writtenWhole) {
        super("sealed-types");
        this.writtenWhole = writtenWhole;
        this.codes = KindCodes.NONE;
        this.place = JsonTypeInfo.As.PROPERTY;
    }

    /** Since version 2: an array of the code and the value. */
    SealedTypes(Predicate<Class<?>> writtenWhole, KindCodes codes) {
        super("sealed-types");
        this.writtenWhole = writtenWhole;
        this.codes = codes;
        this.place = JsonTypeInfo.As.WRAPPER_ARRAY;
    }

    private String idOf(Class<?> kind) {
        return codes.codeOf(nameOf(kind));
    }

    /** The name under which journals know a class. */
    static String nameOf(Class<?> type) {
        String simple = type.getSimpleName();
        String renamed = RENAMED.get(simple);
        return renamed != null
                ? renamed
                : simple.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * The classes of values that a sealed type can have, in the order in which it permits them.
     *
     * @throws IllegalArgumentException when two have one name
     */
    static List<Class<?>> kindsOf(Class<?> sealedType) {
        var kinds = new LinkedHashMap<String, Class<?>>();
        collect(sealedType, kinds);
        return List.copyOf(kinds.values());
    }

    private static void collect(Class<?> type, Map<String, Class<?>> kinds) {
        if (!type.isSealed()) {
            Class<?> other = kinds.put(nameOf(type), type);
            if (other != null && other != type)
                throw new IllegalArgumentException(type + " and " + other + " would have one name in journals");
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) collect(permitted, kinds);
    }

    private static boolean belongsToSealedType(Class<?> type) {
        if (type.isSealed()) return true;
        for (Class<?> parent : type.getInterfaces()) if (belongsToSealedType(parent)) return true;
        return type.getSuperclass() != null && belongsToSealedType(type.getSuperclass());
    }

    private boolean isNamed(Class<?> type) {
        return belongsToSealedType(type) && !writtenWhole.test(type);
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.appendAnnotationIntrospector(new NopAnnotationIntrospector() {
            @Override
            public @Nullable TypeResolverBuilder<?> findTypeResolver(MapperConfig<?> config, AnnotatedClass annotated,
                    JavaType baseType) {
                if (!isNamed(annotated.getRawType())) return null;
                return new StdTypeResolverBuilder(JsonTypeInfo.Value.construct(JsonTypeInfo.Id.NAME,
                        place, NAME_FIELD, null, false, true, null));
            }

            @Override
            public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
                Class<?> type = annotated.getRawType();
                if (!type.isSealed() || !isNamed(type)) return null;
                var named = new ArrayList<NamedType>();
                for (Class<?> kind : kindsOf(type)) named.add(new NamedType(kind, idOf(kind)));
                return named;
            }

            @Override
            public @Nullable String findTypeName(AnnotatedClass annotated) {
                Class<?> type = annotated.getRawType();
                return isNamed(type) ? idOf(type) : null;
            }
        });
    }
}
