package dev.berth.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.invoice.PeriodState;
import dev.berth.billing.payment.DisputeState;
import dev.berth.billing.payment.PaymentState;
import dev.berth.billing.payment.RefundState;
import dev.berth.billing.standing.DunningRules;
import dev.berth.schema.standing.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The tables of legal steps, and the page that shows them. Write it anew with {@code -Dberth.states.write=true}. */
class StatesTest {
    private static final Path PAGE = Path.of("STATES.md");

    private record Step(String from, String to, String by, String when) {}

    @Test
    void thePageShowsTheTablesAsTheyAre() throws IOException {
        StringBuilder page = new StringBuilder("""
                # The states of billing

                Written by `StatesTest` from the tables in the code; change those, not this.
                """);
        section(
                page,
                "A billing period",
                PeriodState.STEPS.stream()
                        .map(step -> new Step(step.from().text(), step.to().text(), step.by(), step.when()))
                        .toList());
        section(
                page,
                "An invoice",
                InvoiceStatus.STEPS.stream()
                        .map(step -> new Step(step.from().text(), step.to().text(), step.by(), step.when()))
                        .toList());
        section(
                page,
                "An attempt to pay",
                PaymentState.STEPS.stream()
                        .map(step -> new Step(step.from().text(), step.to().text(), step.by(), step.when()))
                        .toList());
        section(
                page,
                "A contested payment",
                DisputeState.STEPS.stream()
                        .map(step -> new Step(step.from().text(), step.to().text(), step.by(), step.when()))
                        .toList());
        section(
                page,
                "Money that goes back",
                RefundState.STEPS.stream()
                        .map(step -> new Step(step.from().text(), step.to().text(), step.by(), step.when()))
                        .toList());
        section(
                page,
                "The standing of an account",
                DunningRules.STEPS.stream()
                        .map(step -> new Step(step.from().text(), step.to().text(), step.by(), step.when()))
                        .toList());
        if (Boolean.getBoolean("berth.states.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).hasContent(page.toString());
    }

    @Test
    void periodsInvoicesAndPaymentsOnlyGoForward() {
        assertThat(PeriodState.STEPS)
                .allMatch(step -> step.from().rank() < step.to().rank());
        assertThat(InvoiceStatus.STEPS)
                .allMatch(step -> step.from().rank() < step.to().rank());
        assertThat(PaymentState.STEPS)
                .allMatch(step -> step.from().rank() < step.to().rank());
        assertThat(DisputeState.STEPS)
                .allMatch(step -> step.from().rank() < step.to().rank());
        assertThat(RefundState.STEPS)
                .allMatch(step -> step.from().rank() < step.to().rank());
    }

    @Test
    void everyStateCanBeReachedAndAClosedAccountStaysClosed() {
        assertThat(Arrays.stream(InvoiceStatus.values()).filter(state -> state != InvoiceStatus.GATHERING))
                .allMatch(state -> InvoiceStatus.STEPS.stream().anyMatch(step -> step.to() == state));
        assertThat(Arrays.stream(PeriodState.values()).filter(state -> state != PeriodState.OPEN))
                .allMatch(state -> PeriodState.STEPS.stream().anyMatch(step -> step.to() == state));
        assertThat(Standing.values())
                .allMatch(state -> DunningRules.STEPS.stream().anyMatch(step -> step.to() == state));
        assertThat(DunningRules.STEPS).noneMatch(step -> step.from() == Standing.CLOSED);
    }

    private static void section(StringBuilder page, String title, List<Step> steps) {
        page.append("\n## ").append(title).append("\n\n```mermaid\nstateDiagram-v2\n");
        List<String> sources = new ArrayList<>();
        for (Step step : steps) {
            if (!sources.contains(step.from())) {
                sources.add(step.from());
            }
        }
        page.append("    [*] --> ").append(steps.getFirst().from()).append('\n');
        for (Step step : steps) {
            page.append("    %s --> %s\n".formatted(step.from(), step.to()));
        }
        steps.stream()
                .map(Step::to)
                .distinct()
                .filter(to -> !sources.contains(to))
                .forEach(to -> page.append("    %s --> [*]\n".formatted(to)));
        page.append("```\n\n| from | to | by | when |\n|---|---|---|---|\n");
        for (Step step : steps) {
            page.append("| `%s` | `%s` | %s | %s |\n"
                    .formatted(
                            step.from().toLowerCase(Locale.ROOT),
                            step.to().toLowerCase(Locale.ROOT),
                            step.by(),
                            step.when()));
        }
    }
}
