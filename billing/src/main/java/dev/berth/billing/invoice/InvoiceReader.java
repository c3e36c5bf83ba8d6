package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_INTERVAL;
import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;

import dev.berth.billing.edge.Page;
import dev.berth.billing.rating.Quantities;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads invoices as the API shows them. Thread-safe. */
@Component
public final class InvoiceReader {
    private final DSLContext dsl;

    public InvoiceReader(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** An invoice with all its lines. */
    public Optional<InvoiceView> find(InvoiceId id) {
        return dsl.selectFrom(INVOICE)
                .where(INVOICE.INVOICE_ID.eq(id))
                .fetchOptional()
                .map(row -> InvoiceView.of(row, lines(List.of(id), Integer.MAX_VALUE), false));
    }

    /** A page of invoices behind a cursor, the newest first unless {@code oldestFirst}; of all accounts when none is given. */
    Page<InvoiceView> page(
            @Nullable AccountId account,
            @Nullable InvoiceStatus status,
            boolean oldestFirst,
            @Nullable InvoiceId after,
            int limit) {
        Condition which = account == null ? DSL.noCondition() : INVOICE.ACCOUNT_ID.eq(account);
        if (status != null) {
            which = which.and(INVOICE.STATUS.eq(status.text()));
        }
        if (after != null) {
            which = which.and(oldestFirst ? INVOICE.INVOICE_ID.gt(after) : INVOICE.INVOICE_ID.lt(after));
        }
        List<InvoiceRecord> rows = dsl.selectFrom(INVOICE)
                .where(which)
                .orderBy(oldestFirst ? INVOICE.INVOICE_ID.asc() : INVOICE.INVOICE_ID.desc())
                .limit(limit + 1)
                .fetch();
        Page<InvoiceRecord> page =
                Page.of(rows, limit, row -> row.getInvoiceId().toString());
        List<InvoiceId> ids =
                page.data().stream().map(InvoiceRecord::getInvoiceId).toList();
        Map<InvoiceId, List<InvoiceLineRecord>> lines = new java.util.HashMap<>();
        for (InvoiceLineRecord line : lines(ids, InvoiceView.LISTED_LINES + 1)) {
            lines.computeIfAbsent(line.getInvoiceId(), _ -> new ArrayList<>()).add(line);
        }
        return new Page<>(
                page.data().stream()
                        .map(row -> {
                            List<InvoiceLineRecord> own = lines.getOrDefault(row.getInvoiceId(), List.of());
                            boolean more = own.size() > InvoiceView.LISTED_LINES;
                            return InvoiceView.of(row, more ? own.subList(0, InvoiceView.LISTED_LINES) : own, more);
                        })
                        .toList(),
                page.nextCursor());
    }

    /** A page of the intervals behind a line, from an ordinal on; empty when the invoice has no such line. */
    Optional<Page<InvoiceView.Interval>> intervals(InvoiceId invoice, InvoiceLineId lineId, int from, int limit) {
        return dsl.selectFrom(INVOICE_LINE)
                .where(INVOICE_LINE.LINE_ID.eq(lineId), INVOICE_LINE.INVOICE_ID.eq(invoice))
                .fetchOptional()
                .map(line -> {
                    var rows = dsl.selectFrom(INVOICE_INTERVAL)
                            .where(
                                    INVOICE_INTERVAL.INVOICE_ID.eq(invoice),
                                    INVOICE_INTERVAL.ORDINAL.ge(from),
                                    behind(line))
                            .orderBy(INVOICE_INTERVAL.ORDINAL)
                            .limit(limit + 1)
                            .fetch();
                    String next =
                            rows.size() > limit ? String.valueOf(rows.get(limit).getOrdinal()) : null;
                    return new Page<>(
                            rows.stream()
                                    .limit(limit)
                                    .map(InvoiceView::interval)
                                    .toList(),
                            next);
                });
    }

    private static Condition behind(InvoiceLineRecord line) {
        Condition same;
        if (line.getOthers()) {
            var named = INVOICE_LINE.as("named");
            same = INVOICE_INTERVAL.WORKLOAD_ID.notIn(DSL.select(named.WORKLOAD_ID)
                    .from(named)
                    .where(named.INVOICE_ID.eq(line.getInvoiceId()), named.WORKLOAD_ID.isNotNull()));
            boolean ofVolumes = line.getComponent().equals(Quantities.VOLUME);
            same = same.and(ofVolumes ? INVOICE_INTERVAL.VOLUME_GIB.gt(0) : INVOICE_INTERVAL.VOLUME_GIB.eq(0));
        } else if (line.getWorkloadId() == null) {
            return DSL.falseCondition();
        } else {
            same = INVOICE_INTERVAL.WORKLOAD_ID.eq(line.getWorkloadId());
        }
        if (line.getComponent().equals(Quantities.EGRESS)) {
            same = same.and(INVOICE_INTERVAL.EGRESS_BYTES.ne(0L));
        }
        return switch (DraftLine.Kind.of(line.getKind())) {
            case USAGE -> same.and(INVOICE_INTERVAL.BILLED).and(DSL.not(INVOICE_INTERVAL.CORRECTION));
            case CORRECTION ->
                same.and(INVOICE_INTERVAL.CORRECTION).and(INVOICE_INTERVAL.MONTH_START.eq(line.getMonthStart()));
            case ZERO ->
                same.and(DSL.not(INVOICE_INTERVAL.BILLED))
                        .and(DSL.not(INVOICE_INTERVAL.CORRECTION))
                        .and(INVOICE_INTERVAL.ZERO_REASON.eq(line.getZeroReason()));
            case FIXED, MINIMUM, COUPON, CARRY -> DSL.falseCondition();
        };
    }

    private List<InvoiceLineRecord> lines(List<InvoiceId> invoices, int ordinals) {
        return dsl.selectFrom(INVOICE_LINE)
                .where(INVOICE_LINE.INVOICE_ID.in(invoices), INVOICE_LINE.ORDINAL.lt(ordinals))
                .orderBy(INVOICE_LINE.INVOICE_ID, INVOICE_LINE.ORDINAL)
                .fetch();
    }
}
