package dev.berth.schema.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The id of a way to pay that is kept at the provider, such as a card: a TypeID with the prefix {@code pm}. */
public record PaymentMethodId(UUID uuid) implements TypeId {
    /** The TypeID prefix. */
    public static final String PREFIX = "pm";

    public PaymentMethodId {
        Objects.requireNonNull(uuid, "uuid");
    }

    /** A new id; the time inside it is the machine's and means nothing. */
    public static PaymentMethodId next() {
        return new PaymentMethodId(Uuid7.next());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is no TypeID with this prefix
     */
    @JsonCreator
    public static PaymentMethodId parse(String text) {
        return new PaymentMethodId(TypeId.decode(PREFIX, text));
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
