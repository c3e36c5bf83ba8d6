package dev.berth.billing.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.credit.CreditGrant;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Identity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class JournalTest {
    private static final Caller OPERATOR = new Caller(new Identity(null, "operator", "op_1", true), null, null);

    private static Billing billing;
    private static AccountId account;
    private static JournalHttp http;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z");
        http = new JournalHttp(new Journal(billing.dsl));
        account = billing.open("standard", "EUR", "UTC");
        for (int i = 1; i <= 3; i++) {
            grant(account, i * 100L);
            billing.clock.advance(java.time.Duration.ofDays(1));
        }
        grant(billing.open("standard", "EUR", "UTC"), 7);
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void thePagesOfTheJournalAreItsTransactionsInOrderEachOnce() {
        Page<Journal.Booking> first = http.page(OPERATOR, null, null, 3, null);
        Page<Journal.Booking> second = http.page(OPERATOR, null, null, 3, first.nextCursor());
        assertThat(first.data()).hasSize(3);
        assertThat(second.data()).hasSize(1);
        assertThat(second.nextCursor()).isNull();
        assertThat(first.data().getFirst().entries())
                .containsExactlyInAnyOrder(new Journal.Side("credit", 0, 100), new Journal.Side("promotion", 100, 0));
    }

    @Test
    void aSpanOfTimeAndAnAccountNarrowIt() {
        assertThat(http.page(OPERATOR, "2026-03-11T00:00:00Z", "2026-03-12T00:00:00Z", null, null)
                        .data())
                .singleElement()
                .satisfies(booking -> assertThat(booking.account()).isEqualTo(account));
        Caller named = new Caller(OPERATOR.identity(), account, null);
        assertThat(http.page(named, null, null, null, null).data()).hasSize(3);
        assertThatThrownBy(() -> http.page(OPERATOR, "2026-03-11T00:00:00Z", "2026-03-11T00:00:00Z", null, null))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> http.page(OPERATOR, "yesterday", null, null, null))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> http.page(OPERATOR, null, null, null, "x")).isInstanceOf(Refusal.class);
    }

    @Test
    void asCsvEachSideIsARowAndDebitsAreCredits() {
        List<String> rows = http.csv(OPERATOR, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
                .lines()
                .toList();
        assertThat(rows).hasSize(1 + 2 * 4);
        List<String> names = List.of(rows.getFirst().split(",", -1));
        long debits = sum(rows, names.indexOf("debit_minor"));
        assertThat(debits).isEqualTo(607).isEqualTo(sum(rows, names.indexOf("credit_minor")));
        assertThat(rows.get(1)).contains("2026-03-10T00:00:00.000Z", "credit_granted", account.toString(), "EUR");
        assertThatThrownBy(() -> http.csv(OPERATOR, "2026-03-01T00:00:00Z", null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("366 days");
        assertThatThrownBy(() -> http.csv(OPERATOR, "2020-03-01T00:00:00Z", "2026-03-01T00:00:00Z"))
                .isInstanceOf(Refusal.class);
    }

    private static long sum(List<String> rows, int column) {
        return rows.stream()
                .skip(1)
                .mapToLong(row -> Long.parseLong(row.split(",", -1)[column]))
                .sum();
    }

    private static void grant(AccountId to, long minor) {
        billing.dsl.transaction(configuration -> billing.credits.grant(
                configuration.dsl(),
                new Credits.NewGrant(to, CreditGrant.Kind.PROMOTIONAL, "EUR", minor, 50, "", null, null),
                Billing.CAUSE));
    }
}
