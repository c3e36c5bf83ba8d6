package dev.berth.gateway.edge;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a route, a query parameter of one, or a field of a body as one that goes. The description says {@code deprecated}; who calls
 * the route, or sends the parameter or the field, is answered {@code Deprecation} (RFC 9745), {@code Sunset} (RFC 8594) and a
 * {@code Link} to the policy. See {@link Deprecations}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface DeprecatedApi {
    /** The day from which on it is not to be used in what is new, such as {@code 2026-11-30}, in UTC. */
    String since();

    /** The day from which on it may be gone, at least {@link Deprecations#LEAST_DAYS} after {@link #since}. */
    String sunset();

    /** What to use in its place, in a sentence. */
    String instead();
}
