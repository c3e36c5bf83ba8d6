package dev.berth.schema.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The id of a charge that the customer's bank contests: a TypeID with the prefix {@code dsp}. */
public record DisputeId(UUID uuid) implements TypeId {
    /** The TypeID prefix. */
    public static final String PREFIX = "dsp";

    public DisputeId {
        Objects.requireNonNull(uuid, "uuid");
    }

    /** A new id; the time inside it is the machine's and means nothing. */
    public static DisputeId next() {
        return new DisputeId(Uuid7.next());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is no TypeID with this prefix
     */
    @JsonCreator
    public static DisputeId parse(String text) {
        return new DisputeId(TypeId.decode(PREFIX, text));
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
