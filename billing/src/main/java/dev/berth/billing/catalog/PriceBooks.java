package dev.berth.billing.catalog;

import static dev.berth.schema.db.billing.Tables.PRICE_BOOK_VERSION;

import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published price books. A plan that has a book of its own name in force when the account opens is priced with it, every other
 * account with {@link #STANDARD}. Thread-safe.
 */
public final class PriceBooks {
    /** The book of every plan that has none of its own. */
    public static final String STANDARD = "standard";

    private static final Logger LOG = LoggerFactory.getLogger(PriceBooks.class);
    private static final List<String> NAMES = List.of(STANDARD, "showcase");
    private static final List<String> CURRENCIES = List.of("USD", "EUR", "GBP", "JPY", "KWD");

    private final DSLContext dsl;
    private final InstantSource clock;
    private final Map<Key, PriceBook> read = new ConcurrentHashMap<>();

    private record Key(String name, String currency, int version) {}

    /** What became of a book that was offered for publication. */
    public sealed interface Publication {
        /** It is published as this version. */
        record Published(int version) implements Publication {}

        /** The same book is published already, as this version. */
        record Known(int version) implements Publication {}

        /** A rule forbids it. */
        record Refused(String reason) implements Publication {}
    }

    public PriceBooks(DSLContext dsl, InstantSource clock) {
        this.dsl = dsl;
        this.clock = clock;
    }

    /**
     * Publishes the books that come with Berth, and those in the operator's folder ({@code *.yaml}, {@code *.yml}), unless
     * they are known. A file that contradicts what is published is logged and changes nothing.
     *
     * @throws InvalidPriceBook if a file is no price book
     */
    public void load(@Nullable Path folder) {
        for (String name : NAMES) {
            for (String currency : CURRENCIES) {
                offer(resource("%s-%s.yaml".formatted(name, currency.toLowerCase(Locale.ROOT))));
            }
        }
        if (folder != null) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(path -> path.toString().matches(".*\\.ya?ml"))
                        .sorted()
                        .toList()) {
                    offer(PriceBookFormat.readYaml(Files.readString(file), 1));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("could not read the price books in %s".formatted(folder), e);
            }
        }
    }

    /**
     * Publishes a book as the next version of its name and currency. It must take effect after every other version, and
     * not in the past; only the first version of all may.
     */
    public Publication publish(PriceBook book) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            var latest = transaction
                    .selectFrom(PRICE_BOOK_VERSION)
                    .where(PRICE_BOOK_VERSION.NAME.eq(book.name()), PRICE_BOOK_VERSION.CURRENCY.eq(book.currency()))
                    .orderBy(PRICE_BOOK_VERSION.VERSION.desc())
                    .fetch();
            Instant now = clock.instant();
            for (var row : latest) {
                if (row.getEffectiveFrom().equals(book.effectiveFrom())) {
                    return same(parse(row.getTerms(), row.getVersion()), book)
                            ? new Publication.Known(row.getVersion())
                            : new Publication.Refused(
                                    "version %d takes effect at the same time and never changes; give this one a later effective_from"
                                            .formatted(row.getVersion()));
                }
            }
            if (!latest.isEmpty()
                    && (book.effectiveFrom().isBefore(now)
                            || book.effectiveFrom().isBefore(latest.getFirst().getEffectiveFrom()))) {
                return new Publication.Refused("a new version takes effect in the future, after every other one");
            }
            int version = latest.isEmpty() ? 1 : latest.getFirst().getVersion() + 1;
            int added = transaction
                    .insertInto(PRICE_BOOK_VERSION)
                    .set(PRICE_BOOK_VERSION.NAME, book.name())
                    .set(PRICE_BOOK_VERSION.CURRENCY, book.currency())
                    .set(PRICE_BOOK_VERSION.VERSION, version)
                    .set(PRICE_BOOK_VERSION.EFFECTIVE_FROM, book.effectiveFrom())
                    .set(PRICE_BOOK_VERSION.TERMS, terms(book, version))
                    .set(PRICE_BOOK_VERSION.PUBLISHED_AT, now)
                    .onConflictDoNothing()
                    .execute();
            return added == 1
                    ? new Publication.Published(version)
                    : new Publication.Refused("another version was published at the same moment; try again");
        });
    }

    /**
     * A published version without its prices.
     *
     * @param inForce whether it prices what begins at the time that was asked about
     */
    public record Version(
            String name, String currency, int version, Instant effectiveFrom, Instant publishedAt, boolean inForce) {}

    /**
     * The published versions of a name and a currency, or of all of either where null, by name and currency, the latest first.
     *
     * @param at when they are in force or not
     * @param after so many are passed over
     */
    public List<Version> versions(@Nullable String name, @Nullable String currency, Instant at, int limit, int after) {
        Field<Instant> latest = DSL.max(PRICE_BOOK_VERSION.EFFECTIVE_FROM)
                .filterWhere(PRICE_BOOK_VERSION.EFFECTIVE_FROM.le(at))
                .over(DSL.partitionBy(PRICE_BOOK_VERSION.NAME, PRICE_BOOK_VERSION.CURRENCY));
        return dsl.select(
                        PRICE_BOOK_VERSION.NAME,
                        PRICE_BOOK_VERSION.CURRENCY,
                        PRICE_BOOK_VERSION.VERSION,
                        PRICE_BOOK_VERSION.EFFECTIVE_FROM,
                        PRICE_BOOK_VERSION.PUBLISHED_AT,
                        latest)
                .from(PRICE_BOOK_VERSION)
                .where(
                        name == null ? DSL.noCondition() : PRICE_BOOK_VERSION.NAME.eq(name),
                        currency == null ? DSL.noCondition() : PRICE_BOOK_VERSION.CURRENCY.eq(currency))
                .orderBy(PRICE_BOOK_VERSION.NAME, PRICE_BOOK_VERSION.CURRENCY, PRICE_BOOK_VERSION.VERSION.desc())
                .limit(limit)
                .offset(after)
                .fetch(row -> new Version(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        row.value5(),
                        row.value4().equals(row.value6())));
    }

    /** A published version, empty when there is none of that number. */
    public Optional<PriceBook> version(String name, String currency, int version) {
        return versionOf(
                dsl, name, currency, PRICE_BOOK_VERSION.VERSION.eq(version), PRICE_BOOK_VERSION.EFFECTIVE_FROM.desc());
    }

    /** The version in force at an instant; empty when the book or the currency is unknown, or has not begun. */
    public Optional<PriceBook> inForce(String name, String currency, Instant at) {
        return inForce(dsl, name, currency, at);
    }

    /**
     * The version that prices a month: the one in force when it begins. A month that begins before the first version is priced with
     * that one, since who is pinned to a book agreed to no other price: the account opened later in the month, or its zone's month
     * begins hours before the book's.
     *
     * @param reader a transaction that is open, so that who prices in one needs no second connection
     * @return empty when the book or the currency is unknown
     */
    public Optional<PriceBook> ofMonth(DSLContext reader, String name, String currency, Instant monthStart) {
        return inForce(reader, name, currency, monthStart)
                .or(() ->
                        versionOf(reader, name, currency, DSL.noCondition(), PRICE_BOOK_VERSION.EFFECTIVE_FROM.asc()));
    }

    /**
     * The book that an account is pinned to which opens at an instant: its plan's when that is in force then, otherwise
     * {@link #STANDARD}.
     *
     * @return empty when the currency has no prices
     */
    public Optional<String> forPlan(String plan, String currency, Instant openedAt) {
        return inForce(plan, currency, openedAt)
                .or(() -> ofMonth(dsl, STANDARD, currency, openedAt))
                .map(PriceBook::name);
    }

    /** The currencies that have prices now, in alphabetical order. */
    public List<String> currencies() {
        return dsl.selectDistinct(PRICE_BOOK_VERSION.CURRENCY)
                .from(PRICE_BOOK_VERSION)
                .where(PRICE_BOOK_VERSION.NAME.eq(STANDARD), PRICE_BOOK_VERSION.EFFECTIVE_FROM.le(clock.instant()))
                .orderBy(PRICE_BOOK_VERSION.CURRENCY)
                .fetch(PRICE_BOOK_VERSION.CURRENCY);
    }

    /** The stored form of a version. */
    public static JSONB terms(PriceBook book, int version) {
        Map<String, Object> tree = PriceBookFormat.write(book);
        tree.put("version", version);
        return JSONB.valueOf(Json.mapper().writeValueAsString(tree));
    }

    private void offer(PriceBook book) {
        switch (publish(book)) {
            case Publication.Published(int version) ->
                LOG.atInfo()
                        .addKeyValue("book", book.name())
                        .addKeyValue("currency", book.currency())
                        .addKeyValue("version", version)
                        .log("published a price book");
            case Publication.Known(int _) -> {}
            case Publication.Refused(String reason) ->
                LOG.atWarn()
                        .addKeyValue("book", book.name())
                        .addKeyValue("currency", book.currency())
                        .addKeyValue("reason", reason)
                        .log("did not publish a price book; the published versions stay in force");
        }
    }

    private Optional<PriceBook> inForce(DSLContext reader, String name, String currency, Instant at) {
        return versionOf(
                reader,
                name,
                currency,
                PRICE_BOOK_VERSION.EFFECTIVE_FROM.le(at),
                PRICE_BOOK_VERSION.EFFECTIVE_FROM.desc());
    }

    private Optional<PriceBook> versionOf(
            DSLContext reader, String name, String currency, Condition which, SortField<Instant> order) {
        return reader.select(PRICE_BOOK_VERSION.VERSION)
                .from(PRICE_BOOK_VERSION)
                .where(PRICE_BOOK_VERSION.NAME.eq(name), PRICE_BOOK_VERSION.CURRENCY.eq(currency), which)
                .orderBy(order)
                .limit(1)
                .fetchOptional(PRICE_BOOK_VERSION.VERSION)
                .map(version -> version(reader, new Key(name, currency, version)));
    }

    private PriceBook version(DSLContext reader, Key key) {
        PriceBook known = read.get(key);
        if (known != null) {
            return known;
        }
        JSONB terms = reader.select(PRICE_BOOK_VERSION.TERMS)
                .from(PRICE_BOOK_VERSION)
                .where(
                        PRICE_BOOK_VERSION.NAME.eq(key.name()),
                        PRICE_BOOK_VERSION.CURRENCY.eq(key.currency()),
                        PRICE_BOOK_VERSION.VERSION.eq(key.version()))
                .fetchSingle(PRICE_BOOK_VERSION.TERMS);
        PriceBook book = parse(terms, key.version());
        read.put(key, book);
        return book;
    }

    private static PriceBook parse(JSONB terms, int version) {
        return PriceBookFormat.read(Json.mapper().readValue(terms.data(), Map.class), version);
    }

    private static boolean same(PriceBook known, PriceBook offered) {
        return terms(known, 1).equals(terms(offered, 1));
    }

    private static PriceBook resource(String name) {
        try (InputStream in = PriceBooks.class.getResourceAsStream("/price_books/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the price book %s is missing in the jar".formatted(name));
            }
            return PriceBookFormat.readYaml(new String(in.readAllBytes(), StandardCharsets.UTF_8), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
