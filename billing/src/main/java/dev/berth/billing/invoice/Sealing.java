package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;
import static dev.berth.schema.db.billing.Tables.INVOICE_PROOF;

import dev.berth.billing.batch.Unnested;
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
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record5;
import org.jspecify.annotations.Nullable;
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

    /** An invoice that is to be signed: of what it was gathered, and how it is taxed. */
    record Unsealed(InvoiceId invoice, Gatherer.Frame frame, Gatherer.Gathered gathered, InForce inForce) {}

    /** What can be done before the invoice has its number, whose row others wait for. */
    record Prepared(UsageChain.Head head, int position, ObjectNode inputs) {}

    /** Brings the chains up to the cut-offs, and collects what the lines were made of; in the order of the invoices. */
    List<Prepared> prepare(DSLContext transaction, List<Unsealed> invoices) {
        List<AccountId> accounts =
                invoices.stream().map(one -> one.frame().customer().account()).toList();
        Map<AccountId, InvoiceProofRecord> last = transaction
                .select(INVOICE_PROOF.ACCOUNT_ID)
                .select(HEAD) // not the document, which has every line
                .distinctOn(INVOICE_PROOF.ACCOUNT_ID)
                .from(INVOICE_PROOF)
                .where(INVOICE_PROOF.ACCOUNT_ID.in(accounts))
                .orderBy(INVOICE_PROOF.ACCOUNT_ID, INVOICE_PROOF.POSITION.desc())
                .fetchMap(INVOICE_PROOF.ACCOUNT_ID, row -> row.into(INVOICE_PROOF));
        List<UsageChain.Head> heads = chain.extend(
                transaction,
                invoices.stream()
                        .map(one -> {
                            AccountId account = one.frame().customer().account();
                            InvoiceProofRecord proof = last.get(account);
                            return new UsageChain.Span(
                                    account,
                                    proof == null ? UsageChain.Head.none(account) : head(proof),
                                    one.frame().cutoff());
                        })
                        .toList());
        Map<InvoiceId, List<Earlier>> earlier = earlier(transaction, invoices);
        List<Prepared> prepared = new ArrayList<>(invoices.size());
        for (Unsealed one : invoices) {
            InvoiceProofRecord proof = last.get(one.frame().customer().account());
            prepared.add(new Prepared(
                    heads.get(prepared.size()),
                    proof == null ? 1 : proof.getPosition() + 1,
                    inputs(transaction, one, earlier.getOrDefault(one.invoice(), List.of()))));
        }
        return prepared;
    }

    /** Who signs now, for as many as one transaction makes. */
    SigningKeys.Signer signer(DSLContext transaction) {
        return keys.signer(transaction);
    }

    /** Signs an invoice; {@link #store} what comes of it. */
    InvoiceProofRecord seal(
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
        return proof;
    }

    /** Stores what was signed. */
    void store(DSLContext transaction, List<InvoiceProofRecord> proofs) {
        if (!proofs.isEmpty()) {
            transaction.insertInto(INVOICE_PROOF).set(proofs).execute();
        }
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

    private ObjectNode inputs(DSLContext transaction, Unsealed of, List<Earlier> earlier) {
        Gatherer.Frame frame = of.frame();
        Gatherer.Gathered gathered = of.gathered();
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
        Reductions.write(gathered.coupons(), of.inForce(), inputs);
        ArrayNode prices = inputs.putArray("prices");
        for (ChargedMonth month : gathered.months()) {
            ObjectNode terms = prices.addObject();
            terms.put("month_start", month.start().toString());
            terms.set("terms", Json.mapper().valueToTree(PriceBookFormat.write(month.book())));
        }
        ArrayNode signed = inputs.putArray("earlier");
        Set<InvoiceId> unsigned = new LinkedHashSet<>();
        for (Earlier one : earlier) {
            if (one.document() == null) {
                unsigned.add(one.invoice());
            } else {
                ObjectNode document = signed.addObject();
                document.put("invoice", one.invoice().toString());
                document.put("number", one.number());
                document.put("document", one.document());
            }
        }
        ArrayNode sums = inputs.putArray("unsigned");
        if (!unsigned.isEmpty()) {
            List<Instant> months =
                    gathered.months().stream().map(ChargedMonth::start).toList();
            sum(transaction, unsigned, months, sums);
        }
        return inputs;
    }

    /** An invoice that billed the same months already, and the hash of what was signed of it; null where nothing was. */
    private record Earlier(
            InvoiceId invoice, String number, @Nullable String document) {}

    private static Map<InvoiceId, List<Earlier>> earlier(DSLContext transaction, List<Unsealed> invoices) {
        Unnested asked = new Unnested("asked");
        List<InvoiceId> ids = new ArrayList<>();
        List<AccountId> accounts = new ArrayList<>();
        List<Instant> months = new ArrayList<>();
        for (Unsealed one : invoices) {
            for (ChargedMonth month : one.gathered().months()) {
                ids.add(one.invoice());
                accounts.add(one.frame().customer().account());
                months.add(month.start());
            }
        }
        Field<InvoiceId> id = asked.add(INVOICE.INVOICE_ID, ids);
        Field<AccountId> account = asked.add(INVOICE_LINE.ACCOUNT_ID, accounts);
        Field<Instant> month = asked.add(INVOICE_LINE.MONTH_START, months);
        return transaction
                .selectDistinct(
                        id, INVOICE_PROOF.POSITION, INVOICE.INVOICE_ID, INVOICE.NUMBER, INVOICE_PROOF.DOCUMENT_HASH)
                .from(asked.table())
                .join(INVOICE_LINE)
                .on(
                        INVOICE_LINE.ACCOUNT_ID.eq(account),
                        INVOICE_LINE.MONTH_START.eq(month),
                        INVOICE_LINE.INVOICE_ID.ne(id))
                .join(INVOICE)
                .on(INVOICE.INVOICE_ID.eq(INVOICE_LINE.INVOICE_ID))
                .leftJoin(INVOICE_PROOF)
                .on(INVOICE_PROOF.INVOICE_ID.eq(INVOICE_LINE.INVOICE_ID))
                .orderBy(INVOICE_PROOF.POSITION, INVOICE.INVOICE_ID)
                .fetchGroups(Record5::value1, row -> new Earlier(row.value3(), row.value4(), row.value5()));
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
