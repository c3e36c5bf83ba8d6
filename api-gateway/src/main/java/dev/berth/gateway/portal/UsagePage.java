package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.feed.Mirror;
import dev.berth.gateway.feed.VolumeMirror;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.GroupBy;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.PriceList;
import dev.berth.gateway.forward.Prices;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.forward.Usage;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.unit.Period;
import jakarta.servlet.http.HttpServletRequest;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What was used in the current period and what it costs: live, by day and by workload. */
@Controller
class UsagePage {
    /** The sums. */
    record Sums(
            String cost,
            String burn,
            int running,
            String seconds,
            String time,
            String vcpu,
            String gib,
            String volumes,
            String egress) {}

    /** A workload, or a volume; without a way to it, it sums the smallest of many. */
    record Row(
            @Nullable String href,
            String name,
            String time,
            String vcpu,
            String gib,
            String volumes,
            String egress,
            String cost) {}

    /** The key of the row in which metering sums what is too much for a list. */
    private static final String OTHERS = "other";

    private final Usage usage;
    private final Prices prices;
    private final Mirror mirror;
    private final VolumeMirror volumes;
    private final Names names;
    private final Shells shells;

    UsagePage(Usage usage, Prices prices, Mirror mirror, VolumeMirror volumes, Names names, Shells shells) {
        this.usage = usage;
        this.prices = prices;
        this.mirror = mirror;
        this.volumes = volumes;
        this.names = names;
        this.shells = shells;
    }

    @GetMapping("/usage")
    @Requires(Scope.BILLING_READ)
    String page(Principal.Customer visitor, RequestContext context, Model model, HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("example", Examples.get(request, "/v1/usage?group_by=workload"));
        Asker asker = Asker.of(context);
        try {
            Period period = usage.currentPeriod(asker);
            Shapes.Usage byWorkload = usage.read(asker, period, GroupBy.WORKLOAD, format.zone());
            Shapes.Usage byDay = usage.read(asker, period, GroupBy.DAY, format.zone());
            model.addAttribute("usage", sums(visitor.account(), byWorkload, format));
            model.addAttribute("period", format.period(new Shapes.Span(period.start(), period.end())));
            model.addAttribute("asOf", format.time(byWorkload.asOf()));
            model.addAttribute("rows", rows(visitor, byWorkload, format));
            LocalDate first = period.start().atZone(format.zone()).toLocalDate();
            LocalDate last = period.end().minusMillis(1).atZone(format.zone()).toLocalDate();
            LocalDate today = byDay.asOf().atZone(format.zone()).toLocalDate();
            model.addAttribute(
                    "chart",
                    UsageChart.of(
                            byDay.data(),
                            first,
                            last,
                            today,
                            prices.of(visitor.account()).currency(),
                            format));
        } catch (Refusal | PassedProblem away) {
            model.addAttribute("usage", null);
            model.addAttribute("unavailable", Said.of(away).detail());
        }
        return "usage";
    }

    /** The sums of a report, with what runs now. */
    Sums sums(AccountId account, Shapes.Usage report, Format format) {
        List<Mirror.Running> running = mirror.running(account);
        Shapes.UsageRow total = report.total();
        return new Sums(
                format.money(total.cost()),
                burn(prices.of(account), running, volumes.counting(account), format),
                running.size(),
                format.quantity(total.containerSeconds()) + " s",
                format.duration(total.containerMs()),
                format.quantity(total.vcpuSeconds()),
                format.quantity(total.gibSeconds()),
                hours(total, format),
                egress(total, format));
    }

    private static String hours(Shapes.UsageRow row, Format format) {
        return row.volumeGibHours() == null ? Format.NONE : format.quantity(row.volumeGibHours());
    }

    private static String egress(Shapes.UsageRow row, Format format) {
        return row.egressGib() == null ? Format.NONE : format.quantity(row.egressGib());
    }

    private static String burn(
            PriceList list, List<Mirror.Running> running, Map<VolumeId, Integer> gib, Format format) {
        return list.perHour(
                        running,
                        gib.values().stream().mapToInt(Integer::intValue).sum())
                .map(sum -> format.hourly(sum, list.currency()))
                .orElse(Format.NONE);
    }

    private List<Row> rows(Principal.Customer visitor, Shapes.Usage report, Format format) {
        Names.Book book = names.of(visitor);
        return report.data().stream()
                .map(row -> {
                    String id = String.valueOf(row.key());
                    boolean many = id.equals(OTHERS);
                    return new Row(
                            many ? null : Names.href(id),
                            many ? "Many smaller ones" : book.of(id),
                            format.duration(row.containerMs()),
                            format.quantity(row.vcpuSeconds()),
                            format.quantity(row.gibSeconds()),
                            hours(row, format),
                            egress(row, format),
                            format.money(row.cost()));
                })
                .toList();
    }
}
