package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.PriceList;
import dev.berth.gateway.forward.Prices;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.workload.Size;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The first page: the promise, the prices of now, and what a wish would cost. */
@Controller
class LandingPage {
    private static final Map<String, String> NAMES = Map.of(
            "vcpu_seconds", "vCPU",
            "gib_seconds", "Memory, GiB",
            "container_seconds", "Container",
            "volume_gib_hours", "Volume, GiB",
            "egress_gib", "Traffic out, GiB");
    private static final int MOST_REPLICAS = 1000;
    private static final int MOST_HOURS = 744;

    /** A size to choose. */
    record SizeChoice(String name, String title, String cpu, String memory, String text) {
        static List<SizeChoice> all() {
            return Arrays.stream(Size.values())
                    .map(size -> new SizeChoice(
                            size.text(),
                            size.name().toUpperCase(Locale.ROOT),
                            Format.vcpu(size.cpuMillis()) + " vCPU",
                            Format.memory(size.memoryMib()),
                            Format.UTC.size(size.cpuMillis(), size.memoryMib())))
                    .toList();
        }
    }

    /** A row of the price list. */
    record PriceRow(String name, String price, String free) {}

    /** A result of the calculator. */
    record Calculated(
            String size,
            int replicas,
            int hours,
            String perHour,
            String perMonth,
            boolean free,
            String vcpuSeconds,
            String gibSeconds) {}

    private final Prices prices;
    private final Shells shells;

    LandingPage(Prices prices, Shells shells) {
        this.prices = prices;
        this.shells = shells;
    }

    @GetMapping("/")
    String landing(
            @RequestParam(defaultValue = "s") String size,
            @RequestParam(defaultValue = "") String replicas,
            @RequestParam(defaultValue = "") String hours,
            Model model,
            HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("example", Examples.signup(request));
        model.addAttribute("sizes", SizeChoice.all());
        try {
            PriceList list = prices.offered();
            Size chosen = Arrays.stream(Size.values())
                    .filter(one -> one.text().equals(size))
                    .findFirst()
                    .orElse(Size.S);
            model.addAttribute("prices", rows(list));
            model.addAttribute(
                    "calculator",
                    calculate(list, chosen, within(replicas, 1, MOST_REPLICAS), within(hours, 730, MOST_HOURS)));
        } catch (Refusal | PassedProblem away) {
            model.addAttribute("prices", null);
        }
        return "landing";
    }

    private static int within(String text, int otherwise, int most) {
        try {
            return Math.clamp(Long.parseLong(text.strip()), 1, most);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static List<PriceRow> rows(PriceList list) {
        List<PriceRow> rows = new ArrayList<>();
        for (Shapes.PriceComponent one : list.components()) {
            String unit = one.id().endsWith("_seconds") ? " a second" : one.id().endsWith("_hours") ? " an hour" : "";
            String price = one.unitPrice() == null
                    ? "by " + one.model().replace('_', ' ')
                    : Format.UTC.price(new BigDecimal(one.unitPrice()), list.currency()) + unit;
            String free = isFree(one)
                    ? Format.UTC.decimal(String.valueOf(one.freePerMonth())) + (unit.isEmpty() ? "" : " s")
                    : Format.NONE;
            rows.add(new PriceRow(NAMES.getOrDefault(one.id(), one.id().replace('_', ' ')), price, free));
        }
        return rows;
    }

    private static boolean isFree(Shapes.PriceComponent one) {
        return one.freePerMonth() != null && new BigDecimal(one.freePerMonth()).signum() > 0;
    }

    private static Calculated calculate(PriceList list, Size size, int replicas, int hours) {
        Optional<BigDecimal> one = list.perHour(CpuMillis.of(size.cpuMillis()), MemoryMib.of(size.memoryMib()));
        BigDecimal seconds = BigDecimal.valueOf(3600L * hours * replicas);
        BigDecimal vcpu = seconds.multiply(BigDecimal.valueOf(size.cpuMillis(), 3));
        BigDecimal gib = seconds.multiply(BigDecimal.valueOf(size.memoryMib())).divide(BigDecimal.valueOf(1024));
        BigDecimal month = BigDecimal.ZERO;
        boolean free = false;
        for (Shapes.PriceComponent component : list.components()) {
            BigDecimal quantity = switch (component.id()) {
                case "vcpu_seconds" -> vcpu;
                case "gib_seconds" -> gib;
                case "container_seconds" -> seconds;
                default -> BigDecimal.ZERO;
            };
            BigDecimal allowance = isFree(component) ? new BigDecimal(component.freePerMonth()) : BigDecimal.ZERO;
            free |= allowance.signum() > 0;
            BigDecimal price = component.unitPrice() == null ? BigDecimal.ZERO : new BigDecimal(component.unitPrice());
            month = month.add(quantity.subtract(allowance).max(BigDecimal.ZERO).multiply(price));
        }
        String currency = list.currency();
        int digits = java.util.Currency.getInstance(currency).getDefaultFractionDigits();
        BigDecimal rounded = month.setScale(digits, java.math.RoundingMode.HALF_UP);
        return new Calculated(
                size.text(),
                replicas,
                hours,
                one.map(hour -> Format.UTC.hourly(hour.multiply(BigDecimal.valueOf(replicas)), currency))
                        .orElse(Format.NONE),
                one.isPresent() ? Format.UTC.price(rounded, currency) : Format.NONE,
                free,
                Format.UTC.decimal(vcpu.stripTrailingZeros().toPlainString()) + " s",
                Format.UTC.decimal(gib.stripTrailingZeros().toPlainString()) + " GiB s");
    }
}
