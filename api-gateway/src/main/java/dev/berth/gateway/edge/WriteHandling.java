package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs every writing handler of the API in one transaction: the claim of its {@code Idempotency-Key}, its effect, its events and
 * its answer are committed together, and the answer leaves only then. A refusal undoes all of it, so a refused request may be
 * sent again with the same key. Of two requests with one key the second waits for the first.
 */
class WriteHandling extends RequestMappingHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(WriteHandling.class);
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration CLAIM = Duration.ofSeconds(60);

    private final PlatformTransactionManager transactions;
    private final IdempotencyRepository repository;
    private final JsonMapper mapper;
    private final InstantSource clock;

    WriteHandling(
            PlatformTransactionManager transactions,
            IdempotencyRepository repository,
            JsonMapper mapper,
            InstantSource clock) {
        this.transactions = transactions;
        this.repository = repository;
        this.mapper = mapper;
        this.clock = clock;
    }

    /** A step that may throw whatever a handler may. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws Exception;
    }

    /** The handler at hand. */
    @FunctionalInterface
    private interface Handling {
        void run() throws Exception;
    }

    @Override
    protected @Nullable ModelAndView handleInternal(
            HttpServletRequest request, HttpServletResponse response, HandlerMethod handler) throws Exception {
        if (READS.contains(request.getMethod()) || !AccessCheck.isOurs(handler)) {
            return super.handleInternal(request, response, handler);
        }
        IdempotencyKey key =
                IdempotencyKey.of(request, RequestContext.of(request).caller()).orElse(null);
        ContentCachingResponseWrapper buffer = new ContentCachingResponseWrapper(response);
        Optional<Answer> again = handler.hasMethodAnnotation(OwnTransaction.class)
                ? around(key, () -> super.handleInternal(request, buffer, handler), buffer)
                : within(key, () -> super.handleInternal(request, buffer, handler), buffer);
        if (again.isPresent()) {
            again.get().replay(response);
        } else {
            buffer.copyBodyToResponse();
        }
        return null;
    }

    private Optional<Answer> within(
            @Nullable IdempotencyKey key, Handling handler, ContentCachingResponseWrapper response) throws Exception {
        return inTransaction(() -> {
            Optional<Answer> again = key == null ? Optional.empty() : claim(key, null);
            if (again.isEmpty()) {
                handler.run();
                if (response.getStatus() >= 400) {
                    throw new IllegalStateException("a writing handler answered %d instead of throwing a refusal"
                            .formatted(response.getStatus()));
                }
                if (key != null) {
                    store(key, response);
                }
            }
            return again;
        });
    }

    private Optional<Answer> around(
            @Nullable IdempotencyKey key, Handling handler, ContentCachingResponseWrapper response) throws Exception {
        if (key == null) {
            handler.run();
            return Optional.empty();
        }
        Optional<Answer> again = inTransaction(() -> claim(key, clock.instant().plus(CLAIM)));
        if (again.isPresent()) {
            return again;
        }
        boolean stored = false;
        try {
            handler.run();
            if (response.getStatus() < 400) {
                inTransaction(() -> store(key, response));
                stored = true;
            }
        } finally {
            if (!stored) {
                inTransaction(() -> {
                    repository.forget(key);
                    return key;
                });
            }
        }
        return Optional.empty();
    }

    private Optional<Answer> claim(IdempotencyKey key, @Nullable Instant lockedUntil) {
        try {
            return repository
                    .claim(key, clock.instant(), lockedUntil)
                    .map(stored -> mapper.readValue(key.open(stored), Answer.class));
        } catch (DataAccessException e) {
            if (SqlState.of(e).filter(SqlState.LOCK_NOT_AVAILABLE::equals).isPresent()) {
                throw IdempotencyRepository.inProgress().because(e);
            }
            throw e;
        }
    }

    private IdempotencyKey store(IdempotencyKey key, ContentCachingResponseWrapper response) {
        repository.store(key, key.seal(mapper.writeValueAsBytes(Answer.of(response))));
        return key;
    }

    private <T> T inTransaction(Step<T> step) throws Exception {
        TransactionStatus status = transactions.getTransaction(new DefaultTransactionDefinition());
        T result;
        try {
            repository.limitWaiting(WAIT);
            result = step.run();
        } catch (Exception | Error e) {
            try {
                transactions.rollback(status);
            } catch (RuntimeException broken) {
                LOG.warn("A transaction could not be rolled back; its connection is gone", broken);
            }
            throw e;
        }
        transactions.commit(status);
        return result;
    }
}
