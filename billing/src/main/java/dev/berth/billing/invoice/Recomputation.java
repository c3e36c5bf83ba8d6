package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.customer.BillingCalendar;
import dev.berth.billing.proof.ChainedPiece;
import dev.berth.billing.proof.Fields;
import dev.berth.billing.rating.Change;
import dev.berth.billing.rating.Piece;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.Zero;
import dev.berth.billing.tax.InForce;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the lines of an invoice again: from the pieces of use up to its ingestion cut-off, the prices and all else that its document
 * names, by the very functions that made it. Reads no clock and no database. Not thread-safe.
 */
final class Recomputation {
    private final Period period;
    private final Instant monthStart;
    private final Tenure tenure;
    private final long known;
    private final long creditMinor;
    private final int maxLines;
    private final List<CouponRules.Redeemed> coupons;
    private final InForce inForce;
    private final Map<Instant, PriceBook> books = new HashMap<>();
    private final Map<Instant, List<DraftLine>> billed = new HashMap<>();
    private final Map<Of, List<ChainedPiece>> versions = new HashMap<>();

    /** Which piece a version is of. */
    private record Of(ContainerId container, long startMs) {}

    /**
     * Begins.
     *
     * @param invoice the first row of the document
     * @throws Fields.Wrong if a field is not what the format says
     */
    Recomputation(ObjectNode invoice) {
        ObjectNode inputs = Fields.object(invoice, "inputs");
        try {
            period = new Period(Fields.instant(invoice, "period_start"), Fields.instant(invoice, "period_end"));
            BillingCalendar calendar = new BillingCalendar(
                    ZoneId.of(Fields.text(invoice, "time_zone")), Fields.small(inputs, "anchor_day"));
            tenure = new Tenure(
                    calendar, Fields.instant(inputs, "opened_at"), Fields.optionalInstant(inputs, "closed_at"));
        } catch (DateTimeException e) {
            throw Fields.wrong(invoice, "time_zone", "a time zone that is known here");
        }
        monthStart = Fields.instant(inputs, "month_start");
        known = Fields.whole(inputs, "known_before");
        creditMinor = Fields.whole(inputs, "credit_minor");
        maxLines = Fields.small(inputs, "max_lines");
        coupons = Reductions.coupons(inputs);
        inForce = Reductions.inForce(inputs);
        for (JsonNode month : Fields.list(inputs, "prices")) {
            ObjectNode terms = Fields.object(month, "terms");
            books.put(
                    Fields.instant(month, "month_start"),
                    PriceBookFormat.read(
                            JsonMapper.shared().treeToValue(terms, Object.class), Fields.small(terms, "version")));
        }
        for (JsonNode sum : Fields.list(inputs, "unsigned")) {
            addBilled(unsigned(sum));
        }
    }

    /** A line of an earlier invoice, which counts where its month is charged again. */
    void addBilled(DraftLine line) {
        billed.computeIfAbsent(line.monthStart(), _ -> new ArrayList<>()).add(line);
    }

    /** A version of a piece of use, of any order. */
    void add(ChainedPiece version) {
        Piece piece = version.piece();
        versions.computeIfAbsent(new Of(piece.container(), piece.startMs()), _ -> new ArrayList<>(1))
                .add(version);
    }

    /**
     * The lines and how each charge came about.
     *
     * @throws IllegalArgumentException if the terms of a month are missing
     */
    Gathering.Result result() {
        Map<WorkloadId, Quantities> use = new TreeMap<>(Comparator.comparing(WorkloadId::toString));
        Map<Zero, Long> zeroMs = new TreeMap<>();
        Late late = new Late(tenure.calendar(), period.start(), Integer.MAX_VALUE);
        for (List<ChainedPiece> each : versions.values()) {
            each.sort(Comparator.comparingInt(ChainedPiece::revision));
            each.getLast().piece().within(period).ifPresent(piece -> count(piece, use, zeroMs));
            change(each, late);
        }
        ChargedMonths months = new ChargedMonths(
                tenure,
                period,
                monthStart,
                this::book,
                start -> Billed.NOTHING.plus(billed.getOrDefault(start, List.of()), start));
        Gathering.Result result =
                Gathering.of(months.of(late.byMonth(), ChargedMonths.amounts(use)), zeroMs, creditMinor, coupons);
        return new Gathering.Result(Folding.fold(result.lines(), maxLines), result.components());
    }

    /**
     * The tax of lines that came out.
     *
     * @throws IllegalArgumentException if the terms of a month are missing
     */
    TaxedLines taxed(List<DraftLine> lines) {
        return TaxedLines.of(lines, inForce, this::book);
    }

    private PriceBook book(Instant month) {
        PriceBook book = books.get(month);
        if (book == null) {
            throw new IllegalArgumentException("the use of the month that begins at %s has no prices".formatted(month));
        }
        return book;
    }

    private static void count(Piece piece, Map<WorkloadId, Quantities> use, Map<Zero, Long> zeroMs) {
        if (piece.billed()) {
            use.merge(piece.workload(), piece.quantities(), Quantities::plus);
        } else {
            Zero of = new Zero(piece.workload(), String.valueOf(piece.zeroReason()), piece.isVolume());
            long used = piece.isVolume() ? Math.multiplyExact(piece.ms(), piece.volumeGib()) : piece.ms();
            zeroMs.merge(of, used, Math::addExact);
        }
    }

    /** How a piece of an earlier period changed since that was billed. */
    private void change(List<ChainedPiece> each, Late late) {
        if (each.getFirst().piece().startMs() >= period.start().toEpochMilli()
                || each.stream().noneMatch(version -> version.ingested() > known)) {
            return;
        }
        ChainedPiece before = null;
        for (ChainedPiece version : each) {
            before = version.ingested() <= known ? version : before;
        }
        ChainedPiece after = each.getLast();
        if (!after.equals(before)) {
            late.add(new Change(before == null ? null : before.piece(), after.piece()));
        }
    }

    private static DraftLine unsigned(JsonNode sum) {
        String charge = Fields.text(sum, "charge");
        return new DraftLine(
                DraftLine.Kind.USAGE,
                charge,
                charge,
                null,
                Fields.instant(sum, "month_start"),
                "",
                Fields.decimal(sum, "quantity"),
                "",
                "0",
                Fields.whole(sum, "amount_minor"),
                null);
    }
}
