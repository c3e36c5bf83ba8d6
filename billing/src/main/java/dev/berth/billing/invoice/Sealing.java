package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;
import static dev.berth.schema.db.billing.Tables.INVOICE_PROOF;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.SigningKeys;
import dev.berth.billing.proof.UsageChain;
import dev.berth.billing.tax.InForce;
import dev.berth.schema.db.billing.tables.records.InvoiceProofRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs each invoice in the transaction that makes it final: what it says, what it was made of, and the head of the hash chain of its
 * account's pieces of use, which is brought up to the invoice's ingestion cut-off here, so that taking use in costs nothing more.
 * Thread-safe.
 */
@Component
public final class Sealing {
    /** What tells how far a chain had come with a proof; see {@link #head}. */
    static final List<Field<?>> HEAD = List.of(
            INVOICE_PROOF.POSITION, INVOICE_PROOF.CHAIN_HEAD, INVOICE_PROOF.CHAIN_ROWS, INVOICE_PROOF.INGESTION_CUTOFF);

    private final UsageChain chain;
    private final SigningKeys keys;
    private final InvoiceProperties properties;

    public Sealing(UsageChain chain, SigningKeys keys, InvoiceProperties properties) {
        this.chain = chain;
        this.keys = keys;
        this.properties = properties;
    }

    /** What can be done before the invoice has its number, whose row others wait for. */
    record Prepared(UsageChain.Head head, int position, ObjectNode inputs) {}

    /** Brings the chain up to the cut-off, and collects what the lines were made of. */
    Prepared prepare(
            DSLContext transaction,
            InvoiceId invoice,
            Gatherer.Frame frame,
            Gatherer.Gathered gathered,
            InForce inForce) {
        AccountId account = frame.customer().account();
        Optional<InvoiceProofRecord> last = transaction
                .select(HEAD) // not the document, which has every line
                .from(INVOICE_PROOF)
                .where(INVOICE_PROOF.ACCOUNT_ID.eq(account))
                .orderBy(INVOICE_PROOF.POSITION.desc())
                .limit(1)
                .fetchOptionalInto(INVOICE_PROOF);
        UsageChain.Head from = last.map(Sealing::head).orElseGet(() -> UsageChain.Head.none(account));
        UsageChain.Head head = chain.extend(transaction, account, from, frame.cutoff(), _ -> {});
        return new Prepared(
                head,
                last.map(InvoiceProofRecord::getPosition).orElse(0) + 1,
                inputs(transaction, invoice, frame, gathered, inForce));
    }

    /** Who signs now, for as many as one transaction makes. */
    SigningKeys.Signer signer(DSLContext transaction) {
        return keys.signer(transaction);
    }

    /** Signs. */
    void seal(
            DSLContext transaction,
            SigningKeys.Signer signer,
            Prepared prepared,
            InvoiceRecord invoice,
            String number,
            List<SignedDocument.Taxed> lines) {
        SignedDocument document = SignedDocument.of(invoice, number, prepared.inputs(), lines);
        InvoiceProofRecord proof = new InvoiceProofRecord();
        proof.setInvoiceId(invoice.getInvoiceId());
        proof.setAccountId(invoice.getAccountId());
        proof.setPosition(prepared.position());
        proof.setDocument(document.text());
        proof.setDocumentHash(document.hash());
        proof.setChainHead(prepared.head().hash());
        proof.setChainRows(prepared.head().rows());
        proof.setIngestionCutoff(prepared.head().ingested());
        SigningKeys.Signed signed = signer.sign(Canonical.bytes(statement(proof, invoice, number)));
        proof.setKeyId(signed.keyId());
        proof.setSignature(signed.signature());
        transaction.insertInto(INVOICE_PROOF).set(proof).execute();
    }

    /** What is signed. */
    static ObjectNode statement(InvoiceProofRecord proof, InvoiceRecord invoice, String number) {
        ObjectNode statement = Json.mapper().createObjectNode();
        statement.put("format", "berth.invoice.1");
        statement.put("invoice", proof.getInvoiceId().toString());
        statement.put("number", number);
        statement.put("account", proof.getAccountId().toString());
        statement.put("period_start", invoice.getPeriodStart().toString());
        statement.put("period_end", invoice.getPeriodEnd().toString());
        statement.put("document", proof.getDocumentHash());
        statement.put("chain_head", proof.getChainHead());
        statement.put("chain_rows", proof.getChainRows());
        return statement;
    }

    /** How far the chain had come with a proof. */
    static UsageChain.Head head(InvoiceProofRecord proof) {
        return new UsageChain.Head(proof.getChainHead(), proof.getChainRows(), proof.getIngestionCutoff());
    }

    private ObjectNode inputs(
            DSLContext transaction,
            InvoiceId invoice,
            Gatherer.Frame frame,
            Gatherer.Gathered gathered,
            InForce inForce) {
        Customer customer = frame.customer();
        ObjectNode inputs = Json.mapper().createObjectNode();
        inputs.put("month_start", frame.monthStart().toString());
        inputs.put("anchor_day", customer.anchorDay());
        inputs.put("opened_at", customer.openedAt().toString());
        if (customer.closedAt() != null) {
            inputs.put("closed_at", customer.closedAt().toString());
        }
        inputs.put("known_before", frame.known());
        inputs.put("credit_minor", gathered.creditMinor());
        inputs.put("max_lines", properties.maxLines());
        Reductions.write(gathered.coupons(), inForce, inputs);
        ArrayNode prices = inputs.putArray("prices");
        for (ChargedMonth month : gathered.months()) {
            ObjectNode terms = prices.addObject();
            terms.put("month_start", month.start().toString());
            terms.set("terms", Json.mapper().valueToTree(PriceBookFormat.write(month.book())));
        }
        List<Instant> months =
                gathered.months().stream().map(ChargedMonth::start).toList();
        earlier(transaction, invoice, customer.account(), months, inputs);
        return inputs;
    }

    /** The invoices that billed the same months already: by the hash of what was signed, or by their sums where nothing was. */
    private static void earlier(
            DSLContext transaction, InvoiceId invoice, AccountId account, List<Instant> months, ObjectNode inputs) {
        ArrayNode earlier = inputs.putArray("earlier");
        Set<InvoiceId> unsigned = new LinkedHashSet<>();
        transaction
                .selectDistinct(INVOICE.INVOICE_ID, INVOICE.NUMBER, INVOICE_PROOF.DOCUMENT_HASH, INVOICE_PROOF.POSITION)
                .from(INVOICE_LINE)
                .join(INVOICE)
                .on(INVOICE.INVOICE_ID.eq(INVOICE_LINE.INVOICE_ID))
                .leftJoin(INVOICE_PROOF)
                .on(INVOICE_PROOF.INVOICE_ID.eq(INVOICE_LINE.INVOICE_ID))
                .where(
                        INVOICE_LINE.ACCOUNT_ID.eq(account),
                        INVOICE_LINE.MONTH_START.in(months),
                        INVOICE_LINE.INVOICE_ID.ne(invoice))
                .orderBy(INVOICE_PROOF.POSITION, INVOICE.INVOICE_ID)
                .forEach(row -> {
                    if (row.value3() == null) {
                        unsigned.add(row.value1());
                    } else {
                        ObjectNode one = earlier.addObject();
                        one.put("invoice", row.value1().toString());
                        one.put("number", row.value2());
                        one.put("document", row.value3());
                    }
                });
        ArrayNode sums = inputs.putArray("unsigned");
        if (!unsigned.isEmpty()) {
            sum(transaction, unsigned, months, sums);
        }
    }

    private static void sum(DSLContext transaction, Set<InvoiceId> invoices, List<Instant> months, ArrayNode sums) {
        Map<Instant, List<DraftLine>> lines = new LinkedHashMap<>();
        transaction
                .selectFrom(INVOICE_LINE)
                .where(INVOICE_LINE.INVOICE_ID.in(invoices), INVOICE_LINE.MONTH_START.in(months))
                .forEach(row -> lines.computeIfAbsent(row.getMonthStart(), _ -> new ArrayList<>())
                        .add(SignedDocument.Taxed.of(row).line()));
        months.forEach(month -> {
            Billed billed = Billed.NOTHING.plus(lines.getOrDefault(month, List.of()), month);
            billed.quantities().keySet().stream().sorted().forEach(charge -> {
                BigDecimal quantity = billed.quantity(charge);
                ObjectNode sum = sums.addObject();
                sum.put("month_start", month.toString());
                sum.put("charge", charge);
                sum.put("quantity", PriceBookFormat.text(quantity));
                sum.put("amount_minor", billed.amount(charge));
            });
        });
    }
}
