package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Requires;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Accounts as the operator sees them. */
@RestController
class AccountOperatorHttp {
    /** An account and its owner's address, which is null once the people of a closed account were forgotten. */
    record OwnedView(
            @JsonUnwrapped Account account,
            @JsonInclude @Nullable String email) {
        static OwnedView of(AccountRepository.Owned owned) {
            return new OwnedView(owned.account(), owned.email());
        }
    }

    private final Accounts accounts;

    AccountOperatorHttp(Accounts accounts) {
        this.accounts = accounts;
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/accounts")
    Page<OwnedView> list(@RequestParam(required = false) @Nullable String email, Paging paging) {
        return accounts.list(email, paging).map(OwnedView::of);
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/accounts/{id}")
    OwnedView get(@PathVariable String id) {
        return OwnedView.of(accounts.owned(id));
    }
}
