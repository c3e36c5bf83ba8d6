package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;
import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.coupon.Coupon;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.HashChain;
import dev.berth.billing.proof.SigningKeys;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.VolumeUsageRecorded;
import dev.berth.schema.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What invoices are proved by: three of one account, the second with corrections of the first. */
@Tag("parts")
class EvidenceTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final WorkloadId JOB = WorkloadId.next();

    private static Billing billing;
    private static AccountId account;
    private static InvoiceView march;
    private static InvoiceView april;
    private static InvoiceView lateApril;
    private static InvoiceView others;
    private static byte[] file;

    @BeforeAll
    static void makeInvoices() {
        billing = new Billing(
                "2026-03-10T00:00:00Z",
                InvoiceProperties.defaults(),
                new ManualProvider(),
                new SellerProperties("Kai 1\n20457 Hamburg", "DE", "DE136695976"));
        billing.reset("2026-03-10T00:00:00Z");
        Instant valid = Instant.parse("2024-01-01T00:00:00Z");
        billing.taxRates.add("DE", "standard", "USt.", new BigDecimal("0.19"), valid);
        billing.taxRates.add("DE", "reduced", "USt.", new BigDecimal("0.07"), valid);
        billing.book("mixed", "EUR", """
                - {id: vcpu_seconds, model: per_unit, unit_price: "0.10"}
                - {id: gib_seconds, model: per_unit, unit_price: "0.02", tax_group: reduced}
                - {id: volume_gib_hours, model: per_unit, unit_price: "0.05"}""");
        account = billing.open("mixed", "EUR", "Europe/Berlin");
        AccountId other = billing.open("standard", "USD", "UTC");
        billing.dsl.execute("update customer set country = 'DE'");
        coupon(account, "TENTH", new BigDecimal("10"));
        ContainerId container = ContainerId.next();
        Instant start = Instant.parse("2026-03-30T10:00:00Z");
        UsageRecorded piece = Billing.pieces(account, WEB, container, start, start.plusSeconds(100), 1000, 1024)
                .getFirst();
        billing.used(piece);
        for (int i = 0; i < 12; i++) {
            Seen.run(billing, account, i % 3 == 0 ? JOB : WEB, "2026-03-2%dT08:00:00Z".formatted(i % 9), 4_000_000 + i);
            Seen.run(billing, other, WEB, "2026-03-2%dT08:00:00Z".formatted(i % 9), 90_000_000 + i);
        }
        close("2026-04-02T00:00:00Z");
        march = Seen.only(billing, account);
        others = Seen.only(billing, other);

        billing.used(Seen.corrected(piece, start.plusSeconds(90), 1), Seen.corrected(piece, start.plusSeconds(130), 2));
        Seen.run(billing, account, JOB, "2026-03-29T00:00:00Z", 5_000);
        Seen.run(billing, account, WEB, "2026-04-01T00:00:00Z", 10_000);
        VolumeId volume = VolumeId.next();
        Instant hour = Instant.parse("2026-04-01T03:00:00Z");
        billing.used(
                new VolumeUsageRecorded(account, volume, hour, null, hour, hour.plusSeconds(3600), 10, true, null),
                new UsageRecorded(
                        account,
                        JOB,
                        ContainerId.next(),
                        null,
                        hour,
                        hour.plusSeconds(60),
                        hour,
                        hour.plusSeconds(60),
                        new dev.berth.schema.unit.CpuMillis(250),
                        new dev.berth.schema.unit.MemoryMib(256),
                        false,
                        "image_pull",
                        0L));
        billing.close(account);
        april = Seen.invoices(billing, account).getFirst();
        Seen.run(billing, account, WEB, "2026-04-05T00:00:00Z", 77_000);
        close("2026-05-02T00:00:00Z");
        lateApril = Seen.invoices(billing, account).getFirst();
        file = Proven.file(billing, april.id());
        if (Boolean.getBoolean(
                "berth.evidence.write")) { // the sample of AlteredEvidenceTest, when the format has a new number
            write(file);
        }
    }

    private static void coupon(AccountId account, String code, BigDecimal percent) {
        Instant now = billing.clock.instant();
        billing.coupons.create(
                new Coupon(code, "A part off", percent, null, null, null, null, 0, null, now, null), Billing.CAUSE);
        billing.coupons.redeem(billing.customers.find(billing.dsl, account).orElseThrow(), code, false, Billing.CAUSE);
    }

    private static void write(byte[] sample) {
        try {
            java.nio.file.Files.write(java.nio.file.Path.of("src/test/resources/evidence/sample.jsonl"), sample);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void close(String at) {
        billing.clock.set(Instant.parse(at));
        billing.complete(billing.clock.instant());
        billing.closing.pass(_ -> {});
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void eachInvoiceComesOutAgainFromItsEvidenceAlone() {
        for (InvoiceView invoice : List.of(march, april, lateApril, others)) {
            Verdict verdict = Proven.check(Proven.file(billing, invoice.id()), null);
            assertThat(verdict.finding()).isNull();
            Verdict.About about = verdict.about();
            assertThat(about.total()).isEqualTo(invoice.total());
            assertThat(about.number()).isEqualTo(invoice.number());
            assertThat(about.recomputed()).isEqualTo(about.document());
            assertThat(about.lines()).isEqualTo(invoice.lines().size());
        }
        assertThat(april.lines()).extracting(InvoiceView.Line::kind).contains("usage", "correction", "zero", "coupon");
        assertThat(april.breakdown().taxes()).as("two rates").hasSize(2);
        assertThat(april.tax().amountMinor()).isPositive();
        assertThat(Proven.check(file, null).about().earlierInvoices())
                .as("march, which it corrects")
                .isEqualTo(1);
        assertThat(Proven.check(Proven.file(billing, lateApril.id()), null)
                        .about()
                        .earlierInvoices())
                .as("the first part of the same month")
                .isEqualTo(1);
    }

    @Test
    void theSameInvoiceIsTheSameBytesAlsoWhenMoreUseCame() {
        Seen.run(billing, account, WEB, "2026-03-12T05:00:00Z", 5_000);
        assertThat(Proven.file(billing, april.id())).isEqualTo(file);
        Replay.Replayed replayed = Proven.replay(billing).of(april.id());
        assertThat(replayed.same()).isTrue();
        assertThat(replayed.recomputed()).isEqualTo(replayed.document());
    }

    /** As a service that is handed a file knows nothing of it but its bytes: any position, any other value. */
    @Test
    void oneAlteredByteAnywhereIsFoundAndItsRowNamed() {
        Random random = new Random(20261130);
        List<Integer> positions = new ArrayList<>();
        int row = 0;
        int[] rowOf = new int[file.length];
        for (int i = 0; i < file.length; i++) {
            rowOf[i] = row;
            row += file[i] == '\n' ? 1 : 0;
            if (i == 0 || file[i] == '\n' || file[i - 1] == '\n' || random.nextInt(file.length) < 3_000) {
                positions.add(i);
            }
        }
        for (int position : positions) {
            byte[] altered = file.clone();
            altered[position] ^= (byte) (1 + random.nextInt(255));
            Verdict.Finding finding = Proven.check(altered, null).finding();
            assertThat(finding).as("byte %d", position).isNotNull();
            assertThat(finding.row()).as("byte %d: %s", position, finding).isEqualTo(rowOf[position] + 1);
        }
        assertThat(positions).hasSizeGreaterThan(1_000);
    }

    @Test
    void aMissingADoubledAndATurnedRowAreEachNamed() {
        int rows = rows(file).size();
        for (int i = 0; i < rows; i++) {
            int at = i;
            assertThat(found(all -> all.remove(at)).row())
                    .as("row %d missing", i + 1)
                    .isEqualTo(i + 1);
            assertThat(found(all -> all.add(at, all.get(at))).row())
                    .as("row %d twice", i + 1)
                    .isEqualTo(i + 2);
            if (i > 0) {
                assertThat(found(all -> Collections.swap(all, at - 1, at)).row())
                        .as("rows %d and %d swapped", i, i + 1)
                        .isEqualTo(i);
            }
        }
    }

    @Test
    void aRowOfAnotherInvoiceIsNamed() {
        List<String> theirs = rows(Proven.file(billing, others.id()));
        int line = first(theirs, "line");
        Verdict.Finding finding = found(rows -> rows.set(line, theirs.get(line)));
        assertThat(finding.row()).isEqualTo(line + 1);
        assertThat(finding.field()).isEqualTo("invoice");
        assertThat(finding.found()).isEqualTo(others.id().toString());
        int use = first(theirs, "usage");
        int here = first(rows(file), "usage");
        finding = found(rows -> rows.set(here, theirs.get(use)));
        assertThat(finding.row()).isEqualTo(here + 1);
        assertThat(finding.field()).isEqualTo("account");
    }

    @Test
    void whatIsNoEvidenceOrWasPackedIsSaidSo() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(file);
            gzip.write('\n');
        }
        assertThat(Proven.check(packed.toByteArray(), null).finding().meaning()).contains("unpack");
        assertThat(Proven.check("PK\u0003\u0004\n".getBytes(StandardCharsets.UTF_8), null)
                        .finding()
                        .meaning())
                .contains("unpack");
        assertThat(Proven.check(new byte[0], null).finding().meaning()).contains("missing");
        assertThat(Proven.check(Arrays.copyOf(file, file.length - 1), null)
                        .finding()
                        .kind())
                .isEqualTo("end");
        byte[] longer = Arrays.copyOf(file, file.length + 1);
        longer[file.length] = '\n';
        assertThat(Proven.check(longer, null).finding().meaning()).contains("added");
    }

    @Test
    void whoComputesAllHashesAnewIsFoundByWhatWasSigned() {
        Verdict.Finding use = found(rows -> {
            int at = first(rows, "usage");
            alter(rows, at, row -> row.put("cpu_millis", 1));
            rechain(rows);
        });
        assertThat(use.meaning()).isEqualTo("other use was signed");
        int line = first(rows(file), "line");
        Verdict.Finding amount = found(rows -> {
            alter(rows, line, row -> row.put("amount_minor", 1));
            rechain(rows);
        });
        assertThat(amount.row()).isEqualTo(line + 1);
        assertThat(amount.field()).isEqualTo("amount_minor");
        assertThat(amount.found()).isEqualTo("1");
        assertThat(amount.expected())
                .isEqualTo(String.valueOf(april.lines().getFirst().amount().amountMinor()));
        Verdict.Finding words = found(rows -> {
            alter(rows, first(rows, "invoice"), row -> row.put("net_days", 999));
            rechain(rows);
        });
        assertThat(words.meaning()).isEqualTo("another document was signed");
    }

    @Test
    void theKeyCanBePinnedAndReplaced() {
        List<SigningKeys.SigningKey> before = billing.signingKeys.all();
        assertThat(Proven.check(file, before.getFirst().keyId()).agrees()).isTrue();
        assertThat(Proven.check(file, Json.mapper().writeValueAsString(before)).agrees())
                .isTrue();
        SigningKeys.SigningKey next = billing.signingKeys.rotate("request-1");
        assertThat(billing.signingKeys.rotate("request-1"))
                .as("the same request again")
                .isEqualTo(next);
        assertThat(billing.signingKeys.all()).hasSize(before.size() + 1);
        assertThat(billing.signingKeys.all())
                .filteredOn(key -> key.retiredAt() == null)
                .containsExactly(next);
        assertThat(Proven.check(file, next.keyId()).finding().field()).isEqualTo("key_id");
        assertThat(Proven.check(Proven.file(billing, april.id()), null).agrees())
                .as("what the former key signed stays valid")
                .isTrue();
        SigningKeys restarted =
                new SigningKeys(billing.dsl, billing.clock, "", "a secret for tests that is long enough");
        assertThat(restarted.all()).isEqualTo(billing.signingKeys.all());
        SigningKeys elsewhere = new SigningKeys(billing.dsl, billing.clock, "", "another secret that is long enough");
        assertThat(elsewhere.all())
                .as("a key that cannot be opened is replaced")
                .hasSize(before.size() + 2);
        billing.signingKeys.rotate(null); // one that the other tests can open
    }

    /** What the roles and triggers of the database refuse, somebody who owns the machine can do; then it shows. */
    @ParameterizedTest
    @ValueSource(strings = {"line", "piece"})
    void whatWasChangedInTheDatabaseIsNamedWhenItIsReplayed(String what) {
        Replay.Replayed replayed = changed(what, Proven.replay(billing)::of);
        assertThat(replayed.same()).isFalse();
        Replay.Difference difference = replayed.difference();
        if (what.equals("line")) {
            assertThat(difference.kind()).isEqualTo("line");
            assertThat(difference.field()).isEqualTo("amount_minor");
            assertThat(difference.found()).isEqualTo("123456");
        } else {
            assertThat(difference.kind()).isEqualTo("chain");
            assertThat(difference.meaning()).isEqualTo("other use was signed");
        }
        assertThat(Proven.replay(billing).of(march.id()).same()).isTrue();
    }

    private static Replay.Replayed changed(
            String what, java.util.function.Function<dev.berth.schema.id.InvoiceId, Replay.Replayed> look) {
        DSLContext owner = billing.database.superuser();
        if (what.equals("line")) {
            var line = billing.dsl
                    .selectFrom(INVOICE_LINE)
                    .where(INVOICE_LINE.INVOICE_ID.eq(march.id()), INVOICE_LINE.ORDINAL.eq(0))
                    .fetchSingle();
            force(
                    owner,
                    "update invoice_line set amount_minor = 123456 where line_id = '%s'"
                            .formatted(line.getLineId().uuid()));
            Replay.Replayed replayed = look.apply(march.id());
            force(
                    owner,
                    "update invoice_line set amount_minor = %d where line_id = '%s'"
                            .formatted(line.getAmountMinor(), line.getLineId().uuid()));
            return replayed;
        }
        var piece = billing.dsl
                .selectFrom(USAGE_PIECE)
                .where(USAGE_PIECE.ACCOUNT_ID.eq(account))
                .orderBy(USAGE_PIECE.INGESTED)
                .limit(1)
                .fetchSingle();
        String where = "where event_id = '%s'".formatted(piece.getEventId().uuid());
        force(owner, "update usage_piece set end_ms = end_ms - 1 " + where);
        Replay.Replayed replayed = look.apply(march.id());
        force(owner, "update usage_piece set end_ms = end_ms + 1 " + where);
        return replayed;
    }

    private static void force(DSLContext owner, String sql) {
        owner.transaction(configuration -> {
            configuration.dsl().execute("set local session_replication_role = replica");
            configuration.dsl().execute("set local search_path = billing");
            assertThat(configuration.dsl().execute(sql)).isEqualTo(1);
        });
    }

    private static List<String> rows(byte[] bytes) {
        return new ArrayList<>(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    }

    private static Verdict.Finding found(Consumer<List<String>> change) {
        List<String> rows = rows(file);
        change.accept(rows);
        Verdict verdict = Proven.check((String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8), null);
        assertThat(verdict.finding()).isNotNull();
        return verdict.finding();
    }

    private static int first(List<String> rows, String kind) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).contains("\"row\":\"%s\"".formatted(kind))) {
                return i;
            }
        }
        throw new AssertionError("no row of " + kind);
    }

    private static void alter(List<String> rows, int at, UnaryOperator<ObjectNode> change) {
        ObjectNode row = (ObjectNode) Json.mapper().readTree(rows.get(at));
        rows.set(at, Canonical.text(change.apply(row)));
    }

    /** As a forger would: every hash, and the last row. The signature is what they cannot make. */
    private static void rechain(List<String> rows) {
        String document = HashChain.DOCUMENT;
        String chain = HashChain.FRAME;
        for (int i = 0; i < rows.size(); i++) {
            ObjectNode row = (ObjectNode) Json.mapper().readTree(rows.get(i));
            switch (row.path("row").asString()) {
                case "invoice" -> document = HashChain.link(HashChain.DOCUMENT, row);
                case "line" -> document = HashChain.link(document, row);
                case "usage" -> chain = HashChain.link(chain, row);
                case "chain" -> chain = row.path("head").asString();
                case "end" -> {
                    var digest = HashChain.sha256();
                    digest.update((String.join("\n", rows.subList(0, i)) + "\n").getBytes(StandardCharsets.UTF_8));
                    row.put("sha256", HashChain.hex(digest));
                    HashChain.link(HashChain.FRAME, row);
                }
                default -> HashChain.link(HashChain.FRAME, row);
            }
            rows.set(i, Canonical.text(row));
        }
    }
}
