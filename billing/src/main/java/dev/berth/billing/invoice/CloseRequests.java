package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.CLOSE_REQUEST;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.CloseRequestRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Lease;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Closes of all accounts: the call only writes down that it was asked for, and as of when; the loop ends the periods, a bounded
 * number at a time. Thread-safe.
 */
@Component
public final class CloseRequests {
    private static final Logger LOG = LoggerFactory.getLogger(CloseRequests.class);

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final InvoiceProperties properties;
    private final InstantSource clock;
    private final Batches batches = Batches.ofThisMachine();

    public CloseRequests(
            DSLContext dsl, Customers customers, Periods periods, InvoiceProperties properties, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * The request of an instant, written down if there is none. Without an instant it is the last one while that is not finished, and
     * for a short time after; then a new one as of now.
     *
     * @param at not in the future
     */
    CloseRequest ask(@Nullable Instant at, Instant now, Cause cause) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            // Of two calls at once the second sees the first; readers and the inserts of others do not come here.
            transaction.execute("lock table close_request in share row exclusive mode");
            if (at == null) {
                var last = transaction
                        .selectFrom(CLOSE_REQUEST)
                        .orderBy(CLOSE_REQUEST.ASKED_AT.desc(), CLOSE_REQUEST.CLOSE_AT.desc())
                        .limit(1)
                        .fetchOptional(CloseRequests::read);
                if (last.isPresent() && repeats(last.get(), now)) {
                    return last.get();
                }
            }
            Instant when = at == null ? now : at;
            transaction
                    .insertInto(CLOSE_REQUEST)
                    .set(CLOSE_REQUEST.CLOSE_AT, when)
                    .set(CLOSE_REQUEST.ASKED_AT, now)
                    .set(CLOSE_REQUEST.OPERATION, cause.operation())
                    .set(CLOSE_REQUEST.ACTOR, cause.actor())
                    .set(CLOSE_REQUEST.CAUSED_AT, cause.at())
                    .onConflictDoNothing()
                    .execute();
            return transaction
                    .selectFrom(CLOSE_REQUEST)
                    .where(CLOSE_REQUEST.CLOSE_AT.eq(when))
                    .fetchSingle(CloseRequests::read);
        });
    }

    /**
     * Ends the periods that are asked for, at most {@link Closing#PASS} of each request, and marks what has come to its end.
     *
     * @param fence throws {@link Lease.Fenced} in a transaction of a replica that lost the lease; several at a time ask it
     * @return whether there are more
     */
    public boolean pass(Consumer<DSLContext> fence) {
        boolean more = false;
        for (CloseRequest request : dsl.selectFrom(CLOSE_REQUEST)
                .where(CLOSE_REQUEST.FINISHED_AT.isNull())
                .orderBy(CLOSE_REQUEST.CLOSE_AT)
                .fetch(CloseRequests::read)) {
            if (request.endedAt() == null) {
                more |= end(request, fence);
            } else if (!periods.waitsAt(dsl, request.at())) {
                mark(request, CLOSE_REQUEST.FINISHED_AT, fence);
            }
        }
        return more;
    }

    private boolean end(CloseRequest request, Consumer<DSLContext> fence) {
        List<AccountId> open = periods.openAt(dsl, request.at(), Closing.PASS);
        int ended = batches.each(
                open,
                accounts -> end(request, accounts, fence),
                (account, e) -> LOG.atError()
                        .addKeyValue("account", account)
                        .addKeyValue("at", request.at())
                        .setCause(e)
                        .log("could not end a period; the next pass tries again"));
        if (open.isEmpty()) {
            mark(request, CLOSE_REQUEST.ENDED_AT, fence);
        }
        return ended == Closing.PASS;
    }

    private int end(CloseRequest request, List<AccountId> accounts, Consumer<DSLContext> fence) {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            for (AccountId account : accounts) {
                Customer customer = customers.find(transaction, account).orElseThrow();
                periods.close(
                        transaction,
                        customer,
                        request.at(),
                        Periods.AskedBy.OPERATOR,
                        request.cause(),
                        clock.instant());
            }
        });
        return accounts.size();
    }

    private void mark(
            CloseRequest request,
            org.jooq.TableField<CloseRequestRecord, Instant> milestone,
            Consumer<DSLContext> fence) {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            transaction
                    .update(CLOSE_REQUEST)
                    .set(milestone, clock.instant())
                    .where(CLOSE_REQUEST.CLOSE_AT.eq(request.at()), milestone.isNull())
                    .execute();
        });
    }

    private boolean repeats(CloseRequest last, Instant now) {
        Instant finished = last.finishedAt();
        return finished == null || now.isBefore(finished.plus(properties.repeat()));
    }

    private static CloseRequest read(CloseRequestRecord row) {
        return new CloseRequest(
                row.getCloseAt(),
                row.getEndedAt(),
                row.getFinishedAt(),
                new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null));
    }
}
