package dev.berth.gateway.portal;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.feed.EventFilter;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.GroupBy;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.forward.Usage;
import dev.berth.gateway.quota.QuotaView;
import dev.berth.gateway.quota.Quotas;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.Period;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What runs, what it costs, what happened, each for who may read it: the first page of who is signed in. */
@Controller
class OverviewPage {
    private static final int ROWS = 8;
    private static final int TIGHT_PERCENT = 80;

    /** A limit and how much of it is used. */
    record QuotaLine(String label, String used, String limit, long percent, String tone) {
        static QuotaLine of(String label, long used, long limit, String usedText, String limitText) {
            long percent = limit == 0 ? (used == 0 ? 0 : 100) : Math.min(100, used * 100 / limit);
            String tone = percent >= 100 ? "full" : percent >= TIGHT_PERCENT ? "warn" : "";
            return new QuotaLine(label, usedText, limitText, percent, tone);
        }
    }

    private final Workloads workloads;
    private final Quotas quotas;
    private final Accounts accounts;
    private final FeedRepository feed;
    private final Usage usage;
    private final UsagePage sums;
    private final Names names;
    private final SpendCapPages caps;
    private final Shells shells;

    OverviewPage(
            Workloads workloads,
            Quotas quotas,
            Accounts accounts,
            FeedRepository feed,
            Usage usage,
            UsagePage sums,
            Names names,
            SpendCapPages caps,
            Shells shells) {
        this.workloads = workloads;
        this.quotas = quotas;
        this.accounts = accounts;
        this.feed = feed;
        this.usage = usage;
        this.sums = sums;
        this.names = names;
        this.caps = caps;
        this.shells = shells;
    }

    @GetMapping("/overview")
    @Requires(Scope.ACCOUNT_READ)
    String page(Principal.Customer visitor, RequestContext context, Model model, HttpServletRequest request) {
        AccountId account = visitor.account();
        Format format = shells.dress(model, request);
        Paging few = new Paging(ROWS, null);
        model.addAttribute("mayWorkloads", visitor.may(Scope.WORKLOADS_READ));
        model.addAttribute("mayBilling", visitor.may(Scope.BILLING_READ));
        if (visitor.may(Scope.WORKLOADS_READ)) {
            model.addAttribute(
                    "workloads",
                    workloads.list(account, Workloads.Filter.any(), few).data().stream()
                            .map(view -> WorkloadCard.of(view, format))
                            .toList());
        }
        model.addAttribute("quota", quota(quotas.view(account), format));
        model.addAttribute("plan", accounts.get(account).plan());
        Names.Book book = names.of(visitor);
        model.addAttribute(
                "activity",
                feed.page(account, EventFilter.ALL.seenBy(visitor), false, few).data().stream()
                        .map(event -> Sentences.of(event, book, format))
                        .toList());
        model.addAttribute("example", Examples.firstWorkload(request));
        if (visitor.may(Scope.BILLING_READ)) {
            cost(account, Asker.of(context), model, format);
            model.addAttribute("cap", caps.card(book, Asker.of(context), format));
            model.addAttribute("mayPay", visitor.may(Scope.BILLING_WRITE));
        }
        Live.on(model, visitor, "workload,container,volume,account,tenant,standing");
        return "overview";
    }

    private void cost(AccountId account, Asker asker, Model model, Format format) {
        try {
            Period period = usage.currentPeriod(asker);
            Shapes.Usage report = usage.read(asker, period, GroupBy.WORKLOAD, format.zone());
            model.addAttribute("period", format.period(new Shapes.Span(period.start(), period.end())));
            model.addAttribute("usage", sums.sums(account, report, format));
        } catch (Refusal | PassedProblem away) {
            model.addAttribute("usage", null);
        }
    }

    private static List<QuotaLine> quota(QuotaView view, Format format) {
        QuotaView.Resources used = view.used();
        QuotaView.Resources limits = view.limits();
        return List.of(
                QuotaLine.of(
                        "Containers",
                        used.containers(),
                        limits.containers(),
                        format.number(used.containers()),
                        format.number(limits.containers())),
                QuotaLine.of(
                        "vCPU",
                        used.cpuMillis(),
                        limits.cpuMillis(),
                        Format.vcpu(used.cpuMillis()),
                        Format.vcpu(limits.cpuMillis())),
                QuotaLine.of(
                        "Memory",
                        used.memoryMib(),
                        limits.memoryMib(),
                        Format.memory(used.memoryMib()),
                        Format.memory(limits.memoryMib())),
                QuotaLine.of(
                        "Volumes",
                        used.volumeGib(),
                        limits.volumeGib(),
                        used.volumeGib() + " GiB",
                        limits.volumeGib() + " GiB"));
    }
}
