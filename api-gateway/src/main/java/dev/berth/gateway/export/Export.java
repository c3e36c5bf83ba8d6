package dev.berth.gateway.export;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.GroupBy;
import dev.berth.gateway.forward.Invoices;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.forward.Usage;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes all data of an account into one file while it is read, a page at a time, so that it takes the same memory however much there is.
 * What this service keeps is read in one snapshot of its database, as of {@code as_of} in the manifest; invoices and use are as their
 * services answer meanwhile. A reader that does not keep up is cut off. Nothing is stored, and one runs at a time for an account, on whatever replica. Thread-safe.
 */
@Service
class Export {
    /** The longest that one takes: so long the database must keep what is deleted meanwhile. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** The most at once on one replica: each holds a connection to the database. */
    private static final int AT_ONCE = 3;

    private static final int ROWS = 200;

    /** What is asked of other rooms. */
    @Component
    record Sources(Accounts accounts, Invoices invoices, Usage usage, Audits audits) {}

    private final DSLContext dsl;
    private final TransactionTemplate snapshot;
    private final TransactionTemplate apart;
    private final ExportRepository repository;
    private final Sources sources;
    private final InstantSource clock;
    private final Semaphore slots = new Semaphore(AT_ONCE);

    Export(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            ExportRepository repository,
            Sources sources,
            InstantSource clock) {
        this.dsl = dsl;
        this.snapshot = new TransactionTemplate(transactions);
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.snapshot.setTimeout(Math.toIntExact(LONGEST.toSeconds()));
        this.apart = new TransactionTemplate(transactions);
        this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.repository = repository;
        this.sources = sources;
        this.clock = clock;
    }

    /**
     * Writes it.
     *
     * @param out opened once nothing stands against it any more
     * @throws Refusal 403 for anybody but an owner, and for a key that may not read it all; 409 while another one of the account runs;
     *     429 while too many run; 503 if billing does not answer
     */
    void write(Principal.Customer caller, RequestContext context, Supplier<OutputStream> out) {
        if (caller.role() != Role.OWNER) {
            throw Refusal.of(
                    ErrorCode.FORBIDDEN,
                    "Only an owner may take the account's data along; you are %s."
                            .formatted(caller.role().text()));
        }
        caller.need(Scope.AUDIT_READ, "An export");
        caller.need(Scope.BILLING_READ, "An export");
        if (!slots.tryAcquire()) {
            throw Refusal.of(ErrorCode.BUSY, "%d exports run at once, which is the most.".formatted(AT_ONCE))
                    .retryAfter(Duration.ofSeconds(30));
        }
        try {
            snapshot.executeWithoutResult(_ -> writeAlone(caller, context, out));
        } finally {
            slots.release();
        }
    }

    private void writeAlone(Principal.Customer caller, RequestContext context, Supplier<OutputStream> out) {
        AccountId account = caller.account();
        if (!repository.begin(dsl, account)) {
            throw Refusal.of(ErrorCode.CONFLICT, "An export of the account is under way.")
                    .hint("Wait until it has ended; it takes at most %d minutes.".formatted(LONGEST.toMinutes()));
        }
        Asker asker = Asker.of(context);
        Shapes.InvoicePage first = sources.invoices.readPage(asker, new Paging(Paging.MAX_LIMIT, null));
        apart.executeWithoutResult(_ ->
                sources.audits.done(account, caller.user(), caller.actor(), ExportHttp.ACTION, account.toString()));
        Account now = sources.accounts.get(account);
        Instant asOf = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant until = asOf.plus(LONGEST);
        try (ExportFile file = new ExportFile(new PacedOutput(out.get(), LONGEST, System::nanoTime))) {
            for (ExportRepository.Part part : ExportRepository.PARTS) {
                file.begin(part.name());
                @Nullable Record last = null;
                do {
                    inTime(until);
                    List<Record> page = repository.page(dsl, part, account, last, ROWS);
                    for (Record row : page) {
                        file.add(ExportRepository.json(row));
                    }
                    last = page.size() < ROWS ? null : page.getLast();
                } while (last != null);
                file.end();
            }
            bills(file, asker, first, until);
            use(file, asker, now, asOf, until);
            file.finish(account, asOf, ExportRepository.LEFT_OUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void bills(ExportFile file, Asker asker, Shapes.InvoicePage first, Instant until) throws IOException {
        file.begin("invoice");
        Shapes.InvoicePage page = first;
        while (true) {
            for (Shapes.Invoice invoice : page.data()) {
                inTime(until);
                String id = invoice.id();
                file.add(id == null ? invoice : sources.invoices.read(asker, InvoiceId.parse(id)));
            }
            if (page.nextCursor() == null) {
                break;
            }
            page = sources.invoices.readPage(asker, Paging.parse(String.valueOf(Paging.MAX_LIMIT), page.nextCursor()));
        }
        file.end();
    }

    /** A line for each month and workload, in the account's zone. */
    private void use(ExportFile file, Asker asker, Account account, Instant asOf, Instant until) throws IOException {
        ZoneId zone = ZoneId.of(account.timeZone());
        file.begin("usage");
        LocalDate month = LocalDate.ofInstant(account.createdAt(), zone).withDayOfMonth(1);
        Instant from = month.atStartOfDay(zone).toInstant();
        while (from.isBefore(asOf)) {
            inTime(until);
            month = month.plusMonths(1);
            Instant to = month.atStartOfDay(zone).toInstant();
            Shapes.Usage used =
                    sources.usage.read(asker, new Period(from, to.isAfter(asOf) ? asOf : to), GroupBy.WORKLOAD, zone);
            file.add(used);
            from = to;
        }
        file.end();
    }

    private void inTime(Instant until) {
        if (clock.instant().isAfter(until)) {
            throw new IllegalStateException("an export took longer than " + LONGEST);
        }
    }
}
