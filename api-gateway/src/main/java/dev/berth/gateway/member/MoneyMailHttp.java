package dev.berth.gateway.member;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Which mails about money a member gets, over HTTP. */
@RestController
class MoneyMailHttp {
    /** What is wanted. */
    record NewMoneyMailChoice(@Nullable String choice) {}

    private final MoneyMails mails;

    MoneyMailHttp(MoneyMails mails) {
        this.mails = mails;
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/account/money_mails")
    MoneyMails.MoneyMailChoice read(Principal.Customer customer) {
        return mails.of(customer);
    }

    /** Needs no scope beyond reading: it is the caller's own mailbox. */
    @Requires(Scope.ACCOUNT_READ)
    @PutMapping("/v1/account/money_mails")
    MoneyMails.MoneyMailChoice choose(@RequestBody NewMoneyMailChoice wanted, Principal.Customer customer) {
        return mails.choose(customer, wanted.choice());
    }
}
