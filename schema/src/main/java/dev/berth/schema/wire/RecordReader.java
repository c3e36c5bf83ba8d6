package dev.berth.schema.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.schema.id.TypeId;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.PropertyNamingStrategies;

/**
 * Reads a flat record from JSON in one pass over its bytes: for the millions of events that look alike. It takes only what is beyond
 * doubt: each field there once, with the very kind of token it is written with. For anything else it gives up, and the caller asks
 * {@link Json#mapper}, whose word counts; so both give the same record or the same refusal. Thread-safe.
 */
final class RecordReader<T> {
    /** What a field reader answers when the mapper must look. */
    private enum Answer {
        DOUBT
    }

    private static final ClassValue<Optional<RecordReader<?>>> READERS = new ClassValue<>() {
        @Override
        protected Optional<RecordReader<?>> computeValue(Class<?> type) {
            return make(type);
        }
    };

    /** Reads one field from the token at which the parser stands. */
    @FunctionalInterface
    private interface Field {
        @Nullable
        Object read(JsonParser in, JsonToken token) throws Throwable;
    }

    private final Map<String, Integer> places;
    private final Field[] fields;
    private final MethodHandle constructor;

    private RecordReader(Map<String, Integer> places, Field[] fields, MethodHandle constructor) {
        this.places = places;
        this.fields = fields;
        this.constructor = constructor;
    }

    /** The reader of a record; empty when one of its fields is of a kind that is left to the mapper. */
    @SuppressWarnings("unchecked")
    static <T> Optional<RecordReader<T>> of(Class<T> type) {
        return (Optional<RecordReader<T>>) (Optional<?>) READERS.get(type);
    }

    /** The record, or null when the mapper must look. */
    @Nullable
    T read(byte[] json) {
        try (JsonParser in = Json.mapper().createParser(json)) {
            return read(in);
        } catch (JacksonException e) {
            return null;
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable T read(JsonParser in) {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        Object[] values = new Object[fields.length];
        long seen = 0;
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            JsonToken token = in.nextToken();
            Integer place = places.get(name);
            if (place == null) {
                in.skipChildren();
                continue;
            }
            Object value = value(place, in, token);
            if (value instanceof Answer || (seen & 1L << place) != 0) {
                return null;
            }
            values[place] = value;
            seen |= 1L << place;
        }
        if (in.currentToken() != JsonToken.END_OBJECT
                || Long.bitCount(seen) != fields.length
                || in.nextToken() != null) {
            return null;
        }
        try {
            return (T) constructor.invokeExact(values);
        } catch (Throwable refused) {
            return null;
        }
    }

    private @Nullable Object value(int place, JsonParser in, JsonToken token) {
        try {
            return fields[place].read(in, token);
        } catch (JacksonException e) {
            throw e;
        } catch (Throwable refused) {
            return Answer.DOUBT;
        }
    }

    private static Optional<RecordReader<?>> make(Class<?> type) {
        if (!type.isRecord() || type.getRecordComponents().length > Long.SIZE || creator(type) != null) {
            return Optional.empty();
        }
        RecordComponent[] components = type.getRecordComponents();
        Map<String, Integer> places = new HashMap<>();
        Field[] fields = new Field[components.length];
        var names = new PropertyNamingStrategies.SnakeCaseStrategy();
        for (int i = 0; i < components.length; i++) {
            Optional<Field> field = field(components[i]);
            if (field.isEmpty()) {
                return Optional.empty();
            }
            fields[i] = field.get();
            places.put(
                    names.nameForConstructorParameter(
                            Json.mapper().deserializationConfig(), null, components[i].getName()),
                    i);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            MethodHandle constructor = MethodHandles.publicLookup()
                    .findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            return Optional.of(new RecordReader<>(places, fields, constructor));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    private static Optional<Field> field(RecordComponent component) {
        Class<?> type = component.getType();
        if (isAnnotated(component.getAnnotations())
                || isAnnotated(component.getAccessor().getAnnotations())) {
            return Optional.empty();
        }
        if (type == int.class) {
            return Optional.of(
                    (in, token) -> token == JsonToken.VALUE_NUMBER_INT ? (Object) in.getIntValue() : Answer.DOUBT);
        }
        if (type == long.class) {
            return Optional.of(
                    (in, token) -> token == JsonToken.VALUE_NUMBER_INT ? (Object) in.getLongValue() : Answer.DOUBT);
        }
        if (type == boolean.class) {
            return Optional.of((_, token) -> switch (token) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                default -> Answer.DOUBT;
            });
        }
        if (type == Integer.class) {
            return Optional.of(orNull(
                    (in, token) -> token == JsonToken.VALUE_NUMBER_INT ? (Object) in.getIntValue() : Answer.DOUBT));
        }
        if (type == String.class) {
            return Optional.of(orNull(text(text -> text)));
        }
        if (type == Instant.class) {
            return Optional.of(orNull(text(text -> Rfc3339.isPlain(text) ? Rfc3339.parse(text) : Answer.DOUBT)));
        }
        if (type.isEnum()) {
            return Optional.of(orNull(constant(type)));
        }
        return made(type).map(RecordReader::orNull);
    }

    private static boolean isAnnotated(Annotation[] annotations) {
        return Arrays.stream(annotations)
                .anyMatch(it -> it.annotationType().getPackageName().startsWith("com.fasterxml.jackson"));
    }

    private static Field orNull(Field field) {
        return (in, token) -> token == JsonToken.VALUE_NULL ? null : field.read(in, token);
    }

    /** Makes a value of a text. */
    @FunctionalInterface
    private interface OfText {
        Object of(String text) throws Throwable;
    }

    private static Field text(OfText made) {
        return (in, token) -> token == JsonToken.VALUE_STRING ? made.of(in.getString()) : Answer.DOUBT;
    }

    /** A constant of an enum, by the text with which the mapper writes it. */
    private static Field constant(Class<?> type) {
        Map<String, Object> constants = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(Json.mapper().convertValue(constant, String.class), constant);
        }
        return text(text -> constants.getOrDefault(text, Answer.DOUBT));
    }

    /** An id, of its text; or a unit that is written as its number. */
    private static Optional<Field> made(Class<?> type) {
        Method creator = creator(type);
        if (creator == null || creator.getParameterCount() != 1) {
            return Optional.empty();
        }
        MethodHandle of;
        try {
            of = MethodHandles.publicLookup().unreflect(creator);
        } catch (IllegalAccessException e) {
            return Optional.empty();
        }
        if (TypeId.class.isAssignableFrom(type) && creator.getParameterTypes()[0] == String.class) {
            MethodHandle parse = of.asType(MethodType.methodType(Object.class, String.class));
            return Optional.of(text(text -> (Object) parse.invokeExact(text)));
        }
        if (type.isRecord() && creator.getParameterTypes()[0] == int.class && isWrittenAsItsNumber(type)) {
            MethodHandle number = of.asType(MethodType.methodType(Object.class, int.class));
            return Optional.of((in, token) ->
                    token == JsonToken.VALUE_NUMBER_INT ? (Object) number.invokeExact(in.getIntValue()) : Answer.DOUBT);
        }
        return Optional.empty();
    }

    private static boolean isWrittenAsItsNumber(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1
                && components[0].getType() == int.class
                && components[0].getAccessor().isAnnotationPresent(JsonValue.class);
    }

    private static @Nullable Method creator(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers())
                        && Modifier.isPublic(method.getModifiers())
                        && method.isAnnotationPresent(JsonCreator.class))
                .findFirst()
                .orElse(null);
    }
}
