package dev.berth.gateway.member;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import java.util.Comparator;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Service;

/** Which accounts somebody is in. Thread-safe. */
@Service
public class Memberships {
    private final DSLContext dsl;
    private final MemberRepository repository;

    Memberships(DSLContext dsl, MemberRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
    }

    /** In the order of their ids, in which all take locks of several. */
    public List<AccountId> of(UserId user) {
        return repository.places(dsl, user).stream()
                .map(MemberRepository.Place::account)
                .sorted(Comparator.comparing(AccountId::uuid))
                .toList();
    }
}
