package dev.berth.schema.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The id of an announcement: a TypeID with the prefix {@code ann}. */
public record AnnouncementId(UUID uuid) implements TypeId {
    /** The TypeID prefix. */
    public static final String PREFIX = "ann";

    public AnnouncementId {
        Objects.requireNonNull(uuid, "uuid");
    }

    /** A new id; the time inside it is the machine's and means nothing. */
    public static AnnouncementId next() {
        return new AnnouncementId(Uuid7.next());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is no TypeID with this prefix
     */
    @JsonCreator
    public static AnnouncementId parse(String text) {
        return new AnnouncementId(TypeId.decode(PREFIX, text));
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @JsonValue
    @Override
    public String toString() {
        return TypeId.encode(PREFIX, uuid);
    }
}
