package dev.berth.schema.contract;

import dev.berth.schema.Event;
import dev.berth.schema.id.TypeId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Json;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What readers of an event may rely on, as in its contract file; {@link #of} makes the same of the record.
 *
 * @param key the field that is the key, or a constant in single quotes
 */
record Contract(String name, int version, String topic, String key, String about, List<Field> fields) {

    /** A field as in JSON; {@code fields} are those of an object, or of the objects in an array. */
    record Field(
            String name,
            String type,
            boolean nullable,
            String about,
            @Nullable List<Field> fields) {}

    /** What differs, each as a sentence; empty when a reader of the one can read the other. The abouts are for people. */
    static List<String> differences(Contract contract, Contract record) {
        List<String> differences = new ArrayList<>();
        differ(differences, "the name", contract.name, record.name);
        differ(differences, "the version", contract.version, record.version);
        differ(differences, "the topic", contract.topic, record.topic);
        differ(differences, "", contract.fields, record.fields);
        return differences;
    }

    /**
     * Why readers and writers of the one cannot work with those of the other, each as a sentence. What may be null may be added at
     * the end: an older reader passes it over, and a newer one reads null where it is missing. A set of values may grow at its
     * end: an older reader puts an event with a new one into quarantine.
     */
    static List<String> breaks(Contract released, Contract now) {
        Map<String, Field> before = byName(released.fields);
        List<Field> kept = new ArrayList<>();
        for (Field field : now.fields) {
            Field old = before.get(field.name);
            if (old != null && grew(old.type, field.type)) {
                kept.add(new Field(field.name, old.type, field.nullable, field.about, field.fields));
            } else if (old != null || !field.nullable) {
                kept.add(field);
            }
        }
        return differences(
                /* contract= */ released,
                /* record= */ new Contract(now.name, now.version, now.topic, now.key, now.about, kept));
    }

    private static boolean grew(String before, String now) {
        return before.startsWith("enum(") && now.startsWith(before.substring(0, before.length() - 1) + ", ");
    }

    private static void differ(List<String> differences, String prefix, List<Field> contract, List<Field> record) {
        Map<String, Field> left = byName(contract);
        Map<String, Field> right = byName(record);
        left.forEach((name, field) -> {
            Field other = right.get(name);
            if (other == null) {
                differences.add("the field %s%s is gone".formatted(prefix, name));
                return;
            }
            differ(differences, "the type of %s%s".formatted(prefix, name), field.type, other.type);
            differ(differences, "whether %s%s may be null".formatted(prefix, name), field.nullable, other.nullable);
            differ(
                    differences,
                    prefix + name + ".",
                    field.fields == null ? List.of() : field.fields,
                    other.fields == null ? List.of() : other.fields);
        });
        right.keySet().stream()
                .filter(name -> !left.containsKey(name))
                .forEach(name -> differences.add("the field %s%s is new".formatted(prefix, name)));
        if (differences.isEmpty() && !List.copyOf(left.keySet()).equals(List.copyOf(right.keySet()))) {
            differences.add("the fields %sare in another order".formatted(prefix));
        }
    }

    private static void differ(List<String> differences, String what, Object contract, Object record) {
        if (!contract.equals(record)) {
            differences.add("%s is %s in the contract and %s in the record".formatted(what, contract, record));
        }
    }

    private static Map<String, Field> byName(List<Field> fields) {
        return fields.stream()
                .collect(Collectors.toMap(Field::name, field -> field, (first, _) -> first, LinkedHashMap::new));
    }

    /** The contract that a record keeps, without abouts and key. */
    static Contract of(Class<? extends Event> record, String topic) {
        return new Contract(record.getSimpleName(), 1, topic, "", "", fieldsOf(record));
    }

    private static List<Field> fieldsOf(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(Contract::fieldOf)
                .toList();
    }

    private static Field fieldOf(RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        Type generic = component.getGenericType();
        boolean nullable = type.isAnnotationPresent(Nullable.class);
        List<Field> nested = null;
        if (generic instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] instanceof Class<?> element
                && typeOf(element).equals("object")) {
            nested = fieldsOf(element);
        } else if (generic instanceof Class<?> plain && typeOf(plain).equals("object")) {
            nested = fieldsOf(plain);
        }
        return new Field(snake(component.getName()), typeOf(generic), nullable, "", nested);
    }

    private static String typeOf(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? "array(%s)".formatted(typeOf(arguments[0]))
                    : "map(%s)".formatted(typeOf(arguments[1]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return Arrays.stream(plain.getEnumConstants())
                    .map(constant -> Json.mapper().convertValue(constant, String.class))
                    .collect(Collectors.joining(", ", "enum(", ")"));
        }
        if (TypeId.class.isAssignableFrom(plain)) {
            try {
                return "typeid(%s)".formatted(plain.getField("PREFIX").get(null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        if (plain == Instant.class) {
            return "instant";
        }
        if (plain == CpuMillis.class || plain == MemoryMib.class) {
            return snake(plain.getSimpleName());
        }
        if (plain.isRecord()) {
            return "object";
        }
        return Map.<Class<?>, String>of(
                        String.class, "string",
                        int.class, "int32",
                        Integer.class, "int32",
                        long.class, "int64",
                        Long.class, "int64",
                        boolean.class, "boolean",
                        Boolean.class, "boolean")
                .getOrDefault(plain, "a type that no contract has a word for: " + plain);
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
