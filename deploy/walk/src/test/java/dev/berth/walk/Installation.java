package dev.berth.walk;

import java.net.URI;

/** A Berth that runs, however it was started, as those see it who only know its gateway. */
interface Installation {
    /** Where its public API is. */
    URI gateway();

    String operatorKey();

    /** Somebody without any credentials. */
    default Api anonymous() {
        return as("");
    }

    default Api operator() {
        return as(operatorKey());
    }

    default Api as(String token) {
        return new Api(gateway(), token);
    }
}
