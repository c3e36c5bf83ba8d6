package dev.berth.gateway.edge;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a writing handler of the API whose effect is not one transaction of this database: it calls another service, or does slow
 * work first. Its {@code Idempotency-Key} is claimed before and its answer stored after, in transactions of their own; after a
 * crash between the two, or an outcome that is not known, the effect is tried again, so it must bear that: who has the effect
 * knows the repetition by {@link RequestContext#effect}. All other writing handlers run inside one transaction
 * together with the answer.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnTransaction {}
