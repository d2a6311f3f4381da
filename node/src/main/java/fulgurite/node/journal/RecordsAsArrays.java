package fulgurite.node.journal;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes each record as an array of its components, in the order in which it declares them. */
final class RecordsAsArrays extends SimpleModule {
    private final Predicate<Class<?>> writtenWhole;

    /** @param writtenWhole records that another module writes as one scalar */
    RecordsAsArrays(Predicate<Class<?>> writtenWhole) {
        super("records-as-arrays");
        this.writtenWhole = writtenWhole;
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.appendAnnotationIntrospector(new NopAnnotationIntrospector() {
            @Override
            public JsonFormat.@Nullable Value findFormat(Annotated annotated) {
                Class<?> type = annotated.getRawType();
                return type.isRecord() && !writtenWhole.test(type) && annotated instanceof AnnotatedClass
                        ? JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY)
                        : null;
            }

            @Override
            public String @Nullable [] findSerializationPropertyOrder(AnnotatedClass annotated) {
                Class<?> type = annotated.getRawType();
                if (!type.isRecord()) return null;
                return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toArray(String[]::new);
            }
        });
    }
}
