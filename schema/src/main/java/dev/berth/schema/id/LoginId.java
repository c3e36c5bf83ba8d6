package dev.berth.schema.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The id of a login at a provider that is linked to a person: a TypeID with the prefix {@code lgn}. */
public record LoginId(UUID uuid) implements TypeId {
    /** The TypeID prefix. */
    public static final String PREFIX = "lgn";

    public LoginId {
        Objects.requireNonNull(uuid, "uuid");
    }

    /** A new id; the time inside it is the machine's and means nothing. */
    public static LoginId next() {
        return new LoginId(Uuid7.next());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is no TypeID with this prefix
     */
    @JsonCreator
    public static LoginId parse(String text) {
        return new LoginId(TypeId.decode(PREFIX, text));
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
