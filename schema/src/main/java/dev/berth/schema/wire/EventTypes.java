package dev.berth.schema.wire;

import dev.berth.schema.Event;
import dev.berth.schema.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names of events in {@code ce_type}: {@code dev.berth.<package>.<record>.v<version>}, such as
 * {@code dev.berth.container.ContainerStarted.v1}. All events are at version 1; a second version is a second record.
 */
public final class EventTypes {
    private static final Map<String, Class<? extends Event>> BY_NAME = new LinkedHashMap<>();

    static {
        for (Topic topic : Topic.values()) {
            for (Class<?> type : topic.eventTypes()) {
                BY_NAME.put(nameOf(type), type.asSubclass(Event.class));
            }
        }
    }

    private EventTypes() {}

    /** The name of an event record. */
    public static String nameOf(Class<?> type) {
        String room = type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1);
        return "dev.berth.%s.%s.v1".formatted(room, type.getSimpleName());
    }

    /** The record of a name, empty for one that this version of Berth does not know. */
    public static Optional<Class<? extends Event>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All of them by name, in the order of topics and declarations. */
    public static Map<String, Class<? extends Event>> all() {
        return java.util.Collections.unmodifiableMap(BY_NAME);
    }
}
