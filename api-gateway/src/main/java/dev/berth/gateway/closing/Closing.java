package dev.berth.gateway.closing;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.EndingRepository;
import dev.berth.gateway.account.Presence;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.feed.FeedEvent;
import dev.berth.gateway.feed.FeedTypes;
import dev.berth.gateway.mail.Mails;
import dev.berth.gateway.member.Member;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Closes an account for its owner, and reopens it. All that follows at once is one transaction with the state: workloads are held,
 * invitations lead nowhere, webhooks end after the event that tells of it. Thread-safe.
 */
@Service
@EnableConfigurationProperties(ClosingProperties.class)
public class Closing {
    /** What somebody shows who closes an account. */
    public record ClosingProof(
            @Nullable String confirm,
            @Nullable String password,
            @Nullable String code) {
        @Override
        public String toString() {
            return "ClosingProof[]"; // neither password nor code
        }
    }

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final Accounts accounts;
    private final EndingRepository endings;
    private final Presence presence;
    private final ClosingParts parts;
    private final InstantSource clock;

    Closing(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            Accounts accounts,
            EndingRepository endings,
            Presence presence,
            ClosingParts parts,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.accounts = accounts;
        this.endings = endings;
        this.presence = presence;
        this.parts = parts;
        this.clock = clock;
    }

    /** How long an account that is closed can be reopened. */
    public Duration retention() {
        return parts.properties().retention();
    }

    /**
     * The slow half of closing, outside of a transaction: who calls is an owner, means this account, and is there.
     *
     * @throws Refusal 403 for anybody but an owner; 422 for another name; 401 and 429 as {@link Presence#show}
     */
    Presence.Shown prepare(Principal.Customer caller, ClosingProof shown, String address) {
        owner(caller, "close");
        Account account = accounts.get(caller.account());
        String confirm = shown.confirm() == null ? "" : shown.confirm().strip();
        if (!confirm.equals(account.name()) && !confirm.equals(account.id().toString())) {
            throw Refusal.of(ErrorCode.INVALID, "confirm is neither the name nor the id of the account.")
                    .field(
                            "confirm",
                            confirm.isEmpty() ? "is required" : "is neither the name nor the id of the account")
                    .hint("Send the account's name or id as confirm, so that no other account is meant.");
        }
        return presence.show(caller, shown.password(), shown.code(), address);
    }

    /**
     * The other half, in one transaction, the caller's if there is one.
     *
     * @throws Refusal 409 if it is closed or closing; 401 for a wrong code
     */
    Account close(Principal.Customer caller, Presence.Shown shown, Cause cause) {
        AccountId account = caller.account();
        return Objects.requireNonNull(transaction.execute(_ -> {
            EndingRepository.Ending before = lock(account);
            if (before.standing().isClosed()) {
                throw closedAlready();
            }
            presence.take(caller, shown);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Instant endsAt = now.plus(retention());
            endings.begin(dsl, account, cause.actor(), now, endsAt);
            parts.invitations().revokeAll(account);
            hold(account, Optional.of("closing"), cause);
            owners(account)
                    .forEach(owner -> parts.mails()
                            .write(
                                    account,
                                    "account_closing",
                                    owner.email(),
                                    "The account %s is closing".formatted(Mails.line(before.name())),
                                    closingText(before.name(), endsAt)));
            ObjectNode data = Json.mapper().createObjectNode().put("ends_at", endsAt.toString());
            endings.eventsUntil(dsl, account, tell(account, FeedTypes.ACCOUNT_CLOSING, data, cause, now));
            return accounts.get(account);
        }));
    }

    /** Both halves, for a page. */
    public Account close(Principal.Customer caller, ClosingProof shown, String address, Cause cause) {
        return close(caller, prepare(caller, shown, address), cause);
    }

    /**
     * Takes a closing back: workloads run again as far as the account's standing allows, webhooks are sent again from now on.
     *
     * @throws Refusal 403 for anybody but an owner; 409 if it is not closing, or closed for good
     */
    public Account reopen(Principal.Customer caller, Cause cause) {
        owner(caller, "reopen");
        AccountId account = caller.account();
        return Objects.requireNonNull(transaction.execute(_ -> {
            EndingRepository.Ending before = lock(account);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Instant endsAt = before.endsAt();
            if (before.closedAt() != null || (endsAt != null && !now.isBefore(endsAt))) {
                throw Refusal.of(ErrorCode.CONFLICT, "The account is closed for good.")
                        .hint("Open another one with POST /v1/accounts.");
            }
            if (endsAt == null) {
                throw Refusal.of(ErrorCode.CONFLICT, "The account is not closing, so there is nothing to take back.");
            }
            endings.reopen(dsl, account);
            hold(account, before.standingWhenOpen().heldBy(), cause);
            ObjectNode data = Json.mapper().createObjectNode();
            long position = tell(account, FeedTypes.ACCOUNT_REOPENED, data, cause, now);
            endings.eventsFrom(dsl, account, position - 1);
            return accounts.get(account);
        }));
    }

    private EndingRepository.Ending lock(AccountId account) {
        return endings.lock(dsl, account).orElseThrow(() -> Refusal.notFound("account", account.toString()));
    }

    private void hold(AccountId account, Optional<String> reason, Cause cause) {
        List<Outbox.Draft> drafts = parts.workloads().hold(dsl, List.of(new Workloads.Hold(account, reason, cause)));
        if (!drafts.isEmpty()) {
            parts.outbox().appendAll(dsl, drafts);
        }
    }

    private List<Member> owners(AccountId account) {
        return parts.members().list(account, new Paging(Paging.MAX_LIMIT, null)).data().stream()
                .filter(member -> member.role() == Role.OWNER)
                .toList();
    }

    /** Last of all that locks anything; its position in the feed. */
    private long tell(AccountId account, String type, ObjectNode data, Cause cause, Instant now) {
        return parts.feed()
                .tell(
                        dsl,
                        new FeedEvent(
                                EventId.next(),
                                type,
                                now,
                                account,
                                account.toString(),
                                null,
                                cause.actor(),
                                new FeedEvent.Origin(cause.operation(), cause.actor(), cause.at(), null),
                                data),
                        now);
    }

    private static void owner(Principal.Customer caller, String verb) {
        if (caller.role() != Role.OWNER) {
            throw Refusal.of(
                    ErrorCode.FORBIDDEN,
                    "Only an owner may %s the account; you are %s."
                            .formatted(verb, caller.role().text()));
        }
    }

    private static Refusal closedAlready() {
        return Refusal.of(ErrorCode.CONFLICT, "The account is closed already, or about to be.")
                .hint("GET /v1/account says since when, and until when it can be reopened.");
    }

    private static String closingText(String name, Instant endsAt) {
        return """
                An owner of the account "%1$s" has closed it.

                Its workloads are stopped. Until %2$s an owner can reopen it; then its workloads, volumes, secrets and members are
                removed, and it is closed for good. What it has used until then is still billed.

                If nobody of you meant this, sign in, reopen the account and change your password.
                """.formatted(Mails.line(name), endsAt.truncatedTo(ChronoUnit.SECONDS));
    }
}
