package dev.berth.billing.cap;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What many accounts cost at this moment, in one answer. */
@RestController
@RequestMapping("/internal/v1/operator")
class LiveHttp {
    /** The most accounts of one question. */
    static final int MOST = 1_000;

    private final Caps caps;

    LiveHttp(Caps caps) {
        this.caps = caps;
    }

    record Watched(@Nullable List<AccountId> accounts) {}

    /** Those of the accounts that billing knows, in no order. */
    record Moments(List<LiveView> data) {}

    @PostMapping("/live")
    Moments live(Caller caller, @RequestBody Watched watched) {
        caller.mustBeOperator();
        List<AccountId> accounts = watched.accounts();
        if (accounts == null || accounts.size() > MOST) {
            throw Refusal.invalid("accounts", "a list of at most %d ids is needed".formatted(MOST));
        }
        return new Moments(
                caps.stand(accounts).values().stream().map(LiveView::of).toList());
    }
}
