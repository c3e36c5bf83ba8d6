package dev.berth.gateway.standing;

import dev.berth.gateway.mail.Mails;
import dev.berth.gateway.member.MoneyMails;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.cap.SpendCapCredited;
import dev.berth.schema.cap.SpendCapNotice;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Mails of spend caps to those who look after the money of an account; written in the transaction that takes the event. Thread-safe. */
@Component
class CapMails {
    private static final String KIND = "spend_cap";

    private final Mails mails;
    private final MoneyMails readers;
    private final Workloads workloads;

    CapMails(Mails mails, MoneyMails readers, Workloads workloads) {
        this.mails = mails;
        this.readers = readers;
        this.workloads = workloads;
    }

    void write(SpendCapNotice notice) {
        String what = what(notice.account(), notice.kind(), notice.workload());
        Money used = new Money(notice.usedMinor(), notice.currency());
        Money cap = new Money(notice.amountMinor(), notice.currency());
        String subject = notice.percent() >= 100
                ? "%s is used up".formatted(what)
                : "%d %% of %s is used".formatted(notice.percent(), lower(what));
        String body = """
                %s: %s of %s in the billing period that ends on %s.

                %s

                Raise it, or see what costs how much, on the page Usage of the portal.
                """.formatted(what, used.display(), cap.display(), notice.periodEnd(), consequence(notice));
        send(notice.account(), subject, body);
    }

    void write(SpendCapCredited credited) {
        String what = what(credited.account(), credited.kind(), credited.workload());
        Money more = new Money(credited.creditedMinor(), credited.currency());
        String body = """
                More was used beyond %s than it may take to stop what runs. %s of it is credited; the next invoice uses that up.
                You need not do anything.
                """.formatted(lower(what), more.display());
        send(credited.account(), "%s is credited to you".formatted(more.display()), body);
    }

    private void send(AccountId account, String subject, String body) {
        readers.readers(account, true).forEach(address -> mails.write(account, KIND, address, subject, body));
    }

    private String what(AccountId account, CapKind kind, @Nullable WorkloadId workload) {
        if (workload != null) {
            String name = workloads.several(account, List.of(workload)).stream()
                    .map(WorkloadView::name)
                    .findFirst()
                    .orElse(workload.toString());
            return "The spend cap of the workload %s".formatted(Mails.line(name));
        }
        return kind == CapKind.PREPAID ? "The prepaid credit of your account" : "The spend cap of your account";
    }

    private static String lower(String what) {
        return "t" + what.substring(1);
    }

    private static String consequence(SpendCapNotice notice) {
        String whose = notice.workload() == null ? "your containers are" : "its containers are";
        boolean stops = notice.action() == CapAction.STOP;
        if (notice.percent() >= 100) {
            return stops
                    ? "From now on %s stopped until it is raised or the next period begins; data stays."
                            .formatted(whose)
                    : "From now on nothing new is started; what runs goes on and costs.";
        }
        return stops
                ? "When all of it is used %s stopped; data stays.".formatted(whose)
                : "When all of it is used nothing new is started.";
    }
}
