package dev.berth.billing.ledger;

import dev.berth.billing.edge.Caller;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The books as the operator sees them. */
@RestController
class LedgerHttp {
    private final Ledger ledger;
    private final DSLContext dsl;

    LedgerHttp(Ledger ledger, DSLContext dsl) {
        this.ledger = ledger;
        this.dsl = dsl;
    }

    record Row(
            String account, String currency, BigInteger debitMinor, BigInteger creditMinor, BigInteger balanceMinor) {}

    record TrialBalance(boolean balanced, List<Row> data) {}

    @GetMapping("/internal/v1/operator/ledger/trial_balance")
    TrialBalance trialBalance(Caller caller) {
        caller.mustBeOperator();
        List<Ledger.Balance> balances = ledger.trialBalance(dsl);
        Map<String, BigDecimal> sums = new TreeMap<>();
        balances.forEach(balance -> sums.merge(balance.currency(), balance.balance(), BigDecimal::add));
        return new TrialBalance(
                sums.values().stream().allMatch(sum -> sum.signum() == 0),
                balances.stream()
                        .map(balance -> new Row(
                                balance.ledgerAccount(),
                                balance.currency(),
                                balance.debit().toBigIntegerExact(),
                                balance.credit().toBigIntegerExact(),
                                balance.balance().toBigIntegerExact()))
                        .toList());
    }
}
