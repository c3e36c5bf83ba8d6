package dev.berth.gateway.edge;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a handler of the API. Every handler of a {@code @RestController} carries one of {@link Requires},
 * {@link OperatorOnly} and {@link Open}; the service does not start otherwise.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {
    /** The scope that a customer's key or session must have. */
    Scope value();

    /** Those who run Berth only. */
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface OperatorOnly {
        /** The role that their key must have; see {@link OperatorRole#may}. */
        OperatorRole value();
    }

    /**
     * Beside {@link Requires}, on the few handlers that are about the person who calls in all of their accounts: they see the rows of
     * every account (see {@link AccountRows}), so their queries must name the person.
     */
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface OfPerson {}

    /** Anyone. */
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Open {}
}
