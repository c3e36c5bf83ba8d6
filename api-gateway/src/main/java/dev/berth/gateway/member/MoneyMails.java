package dev.berth.gateway.member;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Who gets mails about an account's money, and which of them they chose. Thread-safe. */
@Service
public class MoneyMails {
    /** Who gets them. */
    private static final Set<Role> READERS = Set.of(Role.OWNER, Role.BILLING);

    /** Which of them a member gets. Lower case in JSON. */
    public enum Choice {
        ALL,
        /** Those that have to be sent: invoices, credit notes, what is overdue, suspension. */
        NEEDED;

        /** The JSON form. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Choice> of(@Nullable String text) {
            return Arrays.stream(values())
                    .filter(one -> one.text().equals(text))
                    .findFirst();
        }
    }

    /**
     * What a member gets.
     *
     * @param receives whether they get any: as an owner or as billing, with a proven address
     */
    public record MoneyMailChoice(Choice choice, boolean receives) {}

    private final DSLContext dsl;
    private final MemberRepository repository;

    MoneyMails(DSLContext dsl, MemberRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
    }

    /** What the caller gets. */
    public MoneyMailChoice of(Principal.Customer caller) {
        Member member = repository
                .find(dsl, caller.account(), caller.user())
                .orElseThrow(() -> Refusal.notFound("member", caller.user().toString()));
        Choice choice = Choice.of(repository.moneyMails(dsl, caller.account(), caller.user()))
                .orElseThrow();
        return new MoneyMailChoice(choice, READERS.contains(member.role()) && member.emailVerified());
    }

    /**
     * Chooses.
     *
     * @throws Refusal 422 for no choice that there is
     */
    public MoneyMailChoice choose(Principal.Customer caller, @Nullable String wanted) {
        Choice choice = Choice.of(wanted)
                .orElseThrow(() -> Refusal.invalid(
                        List.of(new FieldError("choice", wanted == null ? "is required" : "is one of all, needed"))));
        repository.setMoneyMails(dsl, caller.account(), caller.user(), choice.text());
        return of(caller);
    }

    /**
     * The proven addresses of those who are to get a mail, who came first, first.
     *
     * @param needed whether it goes to those, too, who chose only what they must get
     */
    public List<String> readers(AccountId account, boolean needed) {
        return repository.moneyReaders(
                dsl, account, READERS, needed ? Set.of(Choice.ALL, Choice.NEEDED) : Set.of(Choice.ALL));
    }
}
