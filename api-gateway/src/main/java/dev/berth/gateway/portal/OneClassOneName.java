package dev.berth.gateway.portal;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when two classes are described by one name: a schema is named by its class without the package, so the second silently
 * takes the place of the first, and the description lies. It is kept and logged, not thrown, since who reads the handlers catches what
 * is thrown here and leaves a hole; a test holds that there is none. Thread-safe.
 */
final class OneClassOneName implements ModelConverter {
    private static final Logger LOG = LoggerFactory.getLogger(OneClassOneName.class);

    private final Set<String> collisions = new ConcurrentSkipListSet<>();
    private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

    @Override
    @SuppressWarnings("rawtypes") // the interface's own signature
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        if (!chain.hasNext()) {
            return null;
        }
        Schema<?> schema = chain.next().resolve(type, context, chain);
        if (schema != null) {
            check(type, schema);
        }
        return schema;
    }

    /** Each name that more than one class has, in a sentence that says which; of what was described so far. */
    Set<String> collisions() {
        return Set.copyOf(collisions);
    }

    private void check(AnnotatedType type, Schema<?> schema) {
        String ref = schema.get$ref();
        String name = ref == null ? schema.getName() : ref.substring(ref.lastIndexOf('/') + 1);
        JavaType java = Json.mapper().constructType(type.getType());
        Class<?> described = java.isReferenceType() ? java.getContentType().getRawClass() : java.getRawClass();
        if (name == null || !name.equals(named(described))) {
            return; // what stands for another class, or one of a generic class
        }
        Class<?> first = classes.putIfAbsent(name, described);
        if (first != null && !first.equals(described)) {
            String which =
                    "%s and %s are both described as '%s': give one of them a name of its own, or @Schema(name = …)"
                            .formatted(first.getName(), described.getName(), name);
            if (collisions.add(which)) {
                LOG.error("{}", which);
            }
        }
    }

    private static String named(Class<?> type) {
        io.swagger.v3.oas.annotations.media.Schema given =
                type.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        return given == null || given.name().isEmpty() ? type.getSimpleName() : given.name();
    }
}
