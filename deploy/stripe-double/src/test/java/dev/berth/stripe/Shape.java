package dev.berth.stripe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import com.stripe.model.ExpandableField;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares JSON with the fields that Stripe's library has for it, all the way down. */
final class Shape {
    private static final Set<String> BY_TYPE =
            Set.of("PaymentMethod", "PaymentMethodDetails", "PaymentMethodOptions", "DestinationDetails", "NextAction");

    private final Set<String> optional;
    private final List<String> findings = new ArrayList<>();

    /**
     * A comparison.
     *
     * @param optional fields that Stripe leaves out at times, as {@code Class.field}
     */
    Shape(Set<String> optional) {
        this.optional = optional;
    }

    List<String> compare(JsonObject json, Class<?> type) {
        object(json, type, type.getSimpleName());
        return List.copyOf(findings);
    }

    private static Map<String, Field> fields(Class<?> type) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Class<?> at = type; at != null && at != StripeObject.class; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                SerializedName name = field.getAnnotation(SerializedName.class);
                if (name != null && !Modifier.isStatic(field.getModifiers())) {
                    fields.put(name.value(), field);
                }
            }
        }
        return fields;
    }

    /** A hash with a type has the part of that type alone; those of all other payment methods are not there. */
    private static boolean ofAnotherType(Class<?> owner, String name, Field field) {
        return BY_TYPE.contains(owner.getSimpleName())
                && StripeObject.class.isAssignableFrom(field.getType())
                && !name.equals("card")
                && !name.equals("billing_details");
    }

    private void object(JsonObject json, Class<?> type, String path) {
        Map<String, Field> fields = fields(type);
        for (String name : json.keySet()) {
            if (!fields.containsKey(name)) {
                findings.add("unknown to the library: %s.%s".formatted(path, name));
            }
        }
        fields.forEach((name, field) -> {
            String known = "%s.%s".formatted(type.getSimpleName(), name);
            if (json.has(name)) {
                value(json.get(name), field.getGenericType(), path + "." + name);
            } else if (!optional.contains(known) && !ofAnotherType(type, name, field)) {
                findings.add("missing: %s (%s)".formatted(path + "." + name, known));
            }
        });
    }

    private void value(JsonElement json, Type type, String path) {
        if (json.isJsonNull()) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            Type inner = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == ExpandableField.class) {
                if (json.isJsonObject()) {
                    value(json, inner, path);
                } else if (!json.isJsonPrimitive()) {
                    findings.add("neither id nor object: " + path);
                }
            } else if (generic.getRawType() == List.class) {
                if (json instanceof JsonArray list) {
                    list.forEach(member -> value(member, inner, path + "[]"));
                } else {
                    findings.add("no list: " + path);
                }
            } else if (generic.getRawType() == Map.class && !json.isJsonObject()) {
                findings.add("no object: " + path);
            }
        } else if (type instanceof Class<?> plain) {
            plain(json, plain, path);
        }
    }

    private void plain(JsonElement json, Class<?> type, String path) {
        if (StripeCollection.class.isAssignableFrom(type)) {
            collection(json.getAsJsonObject(), type, path);
            return;
        }
        if (StripeObject.class.isAssignableFrom(type) && !type.isInterface()) {
            if (json.isJsonObject()) {
                object(json.getAsJsonObject(), type, path);
            } else {
                findings.add("no object: " + path);
            }
            return;
        }
        boolean fits = !json.isJsonPrimitive()
                ? !(type == String.class || Number.class.isAssignableFrom(type) || type == Boolean.class)
                : type == String.class
                        ? json.getAsJsonPrimitive().isString()
                        : Number.class.isAssignableFrom(type)
                                ? json.getAsJsonPrimitive().isNumber()
                                : type != Boolean.class
                                        || json.getAsJsonPrimitive().isBoolean();
        if (!fits) {
            findings.add("no %s: %s = %s".formatted(type.getSimpleName(), path, json));
        }
    }

    private void collection(JsonObject json, Class<?> type, String path) {
        if (!json.keySet().equals(Set.of("object", "data", "has_more", "url"))) {
            findings.add("no list of the API: " + path);
            return;
        }
        Type member = ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments()[0];
        json.getAsJsonArray("data").forEach(one -> value(one, member, path + ".data[]"));
    }
}
