package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Whether the person whose session or key it is sits there now, which is asked before what cannot be taken back. Who has a second factor
 * shows a code of it. Anybody else shows the password, or has signed in at the provider a moment ago, in the session that asks.
 * Thread-safe.
 */
@Service
public class Presence {
    /** How long a sign-in at the provider shows that somebody is there, from when the provider says that it was. */
    private static final Duration RECENT = Duration.ofMinutes(5);

    /** What somebody is to show. */
    public enum Asked {
        /** A code of the second factor. */
        CODE,
        /** The password, for which a sign-in at the provider does, too, where there is a login. */
        PASSWORD,
        /** A sign-in at the provider, which is all they have. */
        PROVIDER,
        /** Nothing more: the sign-in at the provider is recent. */
        NOTHING
    }

    /** What {@link #show} has found right, or else a code that is still to be taken. */
    public record Shown(@Nullable String code) {
        private static final Shown ENOUGH = new Shown(null);

        @Override
        public String toString() {
            return "Shown[]"; // not the code
        }
    }

    private final People people;
    private final Sessions sessions;
    private final SecondFactor factor;
    private final ProviderLogins logins;
    private final InstantSource clock;

    Presence(People people, Sessions sessions, SecondFactor factor, ProviderLogins logins, InstantSource clock) {
        this.people = people;
        this.sessions = sessions;
        this.factor = factor;
        this.logins = logins;
        this.clock = clock;
    }

    /** What somebody is asked for now. */
    public Asked asked(Principal.Customer caller) {
        if (factor.isOn(caller.user())) {
            return Asked.CODE;
        }
        if (isRecent(caller)) {
            return Asked.NOTHING;
        }
        return people.hasPassword(caller.user()) || !logins.leadsIn(caller.user()) ? Asked.PASSWORD : Asked.PROVIDER;
    }

    /** Whether somebody may be led to the provider and back instead of showing a password. */
    public boolean mayAskProvider(Principal.Customer caller) {
        return caller.session() != null && !factor.isOn(caller.user()) && logins.leadsIn(caller.user());
    }

    /** Whether a sign-in shows that somebody is there now. */
    public static boolean isRecent(Instant signedInAt, Instant now) {
        return signedInAt.isAfter(now.minus(RECENT));
    }

    private boolean isRecent(Principal.Customer caller) {
        Optional<Instant> at = caller.session() == null ? Optional.empty() : sessions.provenAt(caller.session());
        return at.filter(one -> isRecent(one, clock.instant()) && logins.leadsIn(caller.user()))
                .isPresent();
    }

    /**
     * The slow half, outside of a transaction. Refusals name the fields {@code password} and {@code code}.
     *
     * @param address where the person calls from
     * @throws Refusal 401 {@code second_factor_required}, {@code wrong_credentials}, {@code sign_in_again}; 429 after too many
     */
    public Shown show(Principal.Customer caller, @Nullable String password, @Nullable String code, String address) {
        switch (asked(caller)) {
            case CODE -> {
                if (code == null || code.isBlank()) {
                    throw Refusal.of(ErrorCode.SECOND_FACTOR_REQUIRED, "This person has a second factor.")
                            .field("code", "is required");
                }
                return new Shown(code);
            }
            case PASSWORD -> people.prove(people.get(caller.user()), Objects.requireNonNullElse(password, ""), address);
            case PROVIDER ->
                throw Refusal.of(
                        ErrorCode.SIGN_IN_AGAIN,
                        caller.session() == null
                                ? "A key cannot show that its person is there, who has no password."
                                : "The last sign-in at the provider was more than %d minutes ago, or it does not say when."
                                        .formatted(RECENT.toMinutes()));
            case NOTHING -> {
                if (password != null && !password.isEmpty()) {
                    people.prove(people.get(caller.user()), password, address);
                }
            }
        }
        return Shown.ENOUGH;
    }

    /**
     * The other half, in the transaction of what was asked for.
     *
     * @throws Refusal 401 {@code wrong_second_factor}; 429 after too many
     */
    public void take(Principal.Customer caller, Shown shown) {
        if (shown.code != null && !factor.takes(caller.user(), shown.code)) {
            throw Refusal.of(ErrorCode.WRONG_SECOND_FACTOR, "The code is wrong, was used or is too old.")
                    .field("code", "is wrong, was used or is too old");
        }
    }
}
