package dev.berth.billing.rating;

import dev.berth.billing.catalog.InvalidPriceBook;
import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.catalog.PriceBooks.Publication;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.wire.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The price books for the operator: what was published, what could be, and what it would cost. */
@RestController
@RequestMapping("/internal/v1/operator/price_books")
class PriceBookHttp {
    /** RFC 9512. */
    private static final String YAML = "application/yaml";

    private final PriceBooks books;
    private final Simulation simulation;
    private final InstantSource clock;

    PriceBookHttp(PriceBooks books, Simulation simulation, InstantSource clock) {
        this.books = books;
        this.simulation = simulation;
        this.clock = clock;
    }

    /** A book: the tree of its format, or YAML as a text. */
    record NewPriceBook(@Nullable JsonNode priceBook) {}

    @GetMapping
    Page<PriceBooks.Version> list(
            Caller caller,
            @RequestParam(required = false) @Nullable String name,
            @RequestParam(required = false) @Nullable String currency,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        caller.mustBeOperator();
        int most = Page.limit(limit);
        int after = after(cursor);
        List<PriceBooks.Version> rows = books.versions(name, currency, clock.instant(), most + 1, after);
        return Page.of(rows, most, _ -> String.valueOf(after + most));
    }

    /** A version as it was published, the one in force where none is named; as YAML where that is accepted. */
    @GetMapping(value = "/{name}/{currency}", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> get(
            Caller caller,
            @PathVariable String name,
            @PathVariable String currency,
            @RequestParam(required = false) @Nullable Integer version) {
        return PriceBookFormat.write(find(caller, name, currency, version));
    }

    @GetMapping(value = "/{name}/{currency}", produces = YAML)
    String getYaml(
            Caller caller,
            @PathVariable String name,
            @PathVariable String currency,
            @RequestParam(required = false) @Nullable Integer version) {
        return PriceBookFormat.writeYaml(find(caller, name, currency, version));
    }

    /** Publishes a version, which never changes again: 201; 200 where the same is published already. */
    @PostMapping
    ResponseEntity<Map<String, Object>> publish(Caller caller, @RequestBody NewPriceBook request) {
        caller.mustBeOperator();
        return publish(read(request.priceBook()));
    }

    /**
     * What quantities, or the use of an account in a past period, cost with a book that need not be published: a whole month of it, so
     * that fees and minimums are due.
     */
    @PostMapping("/simulate")
    Simulation.Result simulate(Caller caller, @RequestBody Simulation.Request request) {
        caller.mustBeOperator();
        return simulation.of(read(request.priceBook()), request);
    }

    private static PriceBook read(@Nullable JsonNode given) {
        if (given == null || given.isNull()) {
            throw Refusal.invalid("price_book", "a price book is needed, as an object or as a text of YAML");
        }
        return given.isString() ? yaml(given.asString()) : book(given);
    }

    private ResponseEntity<Map<String, Object>> publish(PriceBook book) {
        return switch (books.publish(book)) {
            case Publication.Published(int version) ->
                ResponseEntity.status(HttpStatus.CREATED).body(PriceBookFormat.write(stored(book, version)));
            case Publication.Known(int version) -> ResponseEntity.ok(PriceBookFormat.write(stored(book, version)));
            case Publication.Refused(String reason) -> throw new Refusal(ErrorCode.PRICE_BOOK_REFUSED, reason);
        };
    }

    private PriceBook stored(PriceBook book, int version) {
        return find(book.name(), book.currency(), version);
    }

    private PriceBook find(Caller caller, String name, String currency, @Nullable Integer version) {
        caller.mustBeOperator();
        return find(name, currency, version);
    }

    private PriceBook find(String name, String currency, @Nullable Integer version) {
        return (version == null
                        ? books.inForce(name, currency, clock.instant())
                        : books.version(name, currency, version))
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NOT_FOUND,
                        "There is no such price book%s.".formatted(version == null ? " in force" : "")));
    }

    private static PriceBook book(JsonNode tree) {
        try {
            return PriceBookFormat.read(Json.mapper().treeToValue(tree, Object.class), 1);
        } catch (InvalidPriceBook e) {
            throw Refusal.invalid(e.path(), e.rule());
        } catch (JacksonException e) {
            throw Refusal.invalid("price_book", Objects.requireNonNullElse(e.getOriginalMessage(), "is not readable"));
        }
    }

    private static PriceBook yaml(String text) {
        try {
            return PriceBookFormat.readYaml(text, 1);
        } catch (InvalidPriceBook e) {
            throw Refusal.invalid(e.path(), e.rule());
        }
    }

    private static int after(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (!cursor.matches("[0-9]{1,6}")) {
            throw Refusal.invalid("cursor", "is not one of this list");
        }
        return Integer.parseInt(cursor);
    }
}
