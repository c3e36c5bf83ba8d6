package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
 * sent again with the same key. Of two requests with one key the second waits for the first. A handler that takes a
 * {@link LateTransaction} begins that transaction itself, after the slow work that needs none. Where the effect is elsewhere
 * ({@link OwnTransaction}) the key stays the request's own after anything but a refusal of the gateway, which comes before the
 * effect: the effect is named by it ({@link RequestContext#effect}), so that a repetition does it once.
 */
class WriteHandling extends RequestMappingHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(WriteHandling.class);
    private static final String LATE = LateTransaction.class.getName();
    private static final String AUDITED = WriteHandling.class.getName() + ".audited";
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration CLAIM = Duration.ofSeconds(60);

    private final PlatformTransactionManager transactions;
    private final IdempotencyRepository repository;
    private final JsonMapper mapper;
    private final InstantSource clock;
    private final AuditTrail trail;

    WriteHandling(
            PlatformTransactionManager transactions,
            IdempotencyRepository repository,
            JsonMapper mapper,
            InstantSource clock,
            AuditTrail trail) {
        this.transactions = transactions;
        this.repository = repository;
        this.mapper = mapper;
        this.clock = clock;
        this.trail = trail;
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
        if (READS.contains(request.getMethod())) {
            return super.handleInternal(request, response, handler);
        }
        if (!handler.hasMethodAnnotation(ChangesNothing.class)) {
            request.setAttribute(AUDITED, AUDITED);
        }
        if (!AccessCheck.isOurs(handler)) {
            return page(request, response, handler);
        }
        RequestContext context = RequestContext.of(request);
        IdempotencyKey key = IdempotencyKey.of(request, context.caller()).orElse(null);
        if (key != null) {
            context.with(key).attach(request);
        }
        ContentCachingResponseWrapper buffer = new ContentCachingResponseWrapper(response);
        Handling handling = () -> super.handleInternal(request, buffer, handler);
        Optional<Answer> again;
        if (handler.hasMethodAnnotation(OwnTransaction.class)) {
            again = around(key, () -> elsewhere(request, buffer, handling), buffer);
        } else {
            OneTransaction one = new OneTransaction(key, request);
            request.setAttribute(LATE, one);
            Handling begun = () -> {
                one.begin();
                handling.run();
            };
            again = one.run(takesLateTransaction(handler) ? handling : begun, buffer);
        }
        if (again.isPresent()) {
            again.get().replay(response);
        } else {
            buffer.copyBodyToResponse();
        }
        return null;
    }

    /**
     * A write of a page: its transactions are those of the rooms that it calls. One that wrote nothing here and leads to no other page
     * was not done.
     */
    private @Nullable ModelAndView page(HttpServletRequest request, HttpServletResponse response, HandlerMethod handler)
            throws Exception {
        List<ModelAndView> views = new ArrayList<>(1);
        effect(request, () -> {
            ModelAndView view = super.handleInternal(request, response, handler);
            if (view != null) {
                views.add(view);
            }
        });
        if (views.isEmpty()) {
            return null;
        }
        String name = views.getFirst().getViewName();
        if (name != null && name.startsWith("redirect:")) {
            audit(request, response, HttpServletResponse.SC_FOUND);
        }
        return views.getFirst();
    }

    private void elsewhere(HttpServletRequest request, HttpServletResponse response, Handling handling)
            throws Exception {
        effect(request, handling);
        audit(request, response, response.getStatus());
    }

    /** Runs a handler whose transactions are not the edge's; see {@link AuditedEffects}. */
    private static void effect(HttpServletRequest request, Handling handling) throws Exception {
        if (request.getAttribute(AUDITED) != null) {
            AuditedCall.effectBegins(request);
        }
        try {
            handling.run();
        } finally {
            AuditedCall.effectEnds(request);
        }
    }

    private void audit(HttpServletRequest request, HttpServletResponse response, int status) {
        if (request.getAttribute(AUDITED) != null && !AuditedCall.isWritten(request)) {
            AuditedCall.of(request, response, status).ifPresent(trail::append);
        }
    }

    private static boolean takesLateTransaction(HandlerMethod handler) {
        return Arrays.stream(handler.getMethodParameters())
                .anyMatch(parameter -> parameter.getParameterType() == LateTransaction.class);
    }

    /** The transaction that the handler of a request begins. */
    static LateTransaction late(HttpServletRequest request) {
        return (LateTransaction) Objects.requireNonNull(request.getAttribute(LATE), "the handler is no write");
    }

    /** The transaction of a claim, an effect and an answer. For the request's one thread. */
    private final class OneTransaction implements LateTransaction {
        private final @Nullable IdempotencyKey key;
        private final HttpServletRequest request;
        private @Nullable TransactionStatus status;

        OneTransaction(@Nullable IdempotencyKey key, HttpServletRequest request) {
            this.key = key;
            this.request = request;
        }

        @Override
        public void begin() {
            status = transactions.getTransaction(new DefaultTransactionDefinition());
            repository.limitWaiting(WAIT);
            if (key != null) {
                claim(key, null).ifPresent(answer -> {
                    throw new Repeated(answer);
                });
            }
        }

        Optional<Answer> run(Handling handling, ContentCachingResponseWrapper response) throws Exception {
            try {
                handling.run();
                if (response.getStatus() >= 400) {
                    throw new IllegalStateException("a writing handler answered %d instead of throwing a refusal"
                            .formatted(response.getStatus()));
                }
                if (key != null) {
                    store(key, response);
                }
                audit(request, response, response.getStatus()); // last, since its lock is held until the commit
            } catch (Repeated repeated) {
                rollback(status);
                return Optional.of(repeated.answer);
            } catch (Exception | Error e) {
                rollback(status);
                throw e;
            }
            transactions.commit(Objects.requireNonNull(status, "the handler did not begin its transaction"));
            return Optional.empty();
        }
    }

    /** Leads from the beginning of a late transaction out of the handler. */
    private static final class Repeated extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Answer answer;

        Repeated(Answer answer) {
            super("the request was answered before", null, false, false);
            this.answer = answer;
        }
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
        try {
            handler.run();
        } catch (Exception | Error e) {
            boolean undone = e instanceof Refusal refusal && refusal.problem().code() != ErrorCode.RESULT_UNKNOWN;
            afterwards(key, undone ? repository::forget : repository::release);
            throw e;
        }
        afterwards(key, done -> store(done, response));
        return Optional.empty();
    }

    /** Writes down what became of a claim. If that fails the answer is still true, and the claim comes free by itself. */
    private void afterwards(IdempotencyKey key, Consumer<IdempotencyKey> step) {
        try {
            inTransaction(() -> {
                step.accept(key);
                return key;
            });
        } catch (Exception e) {
            LOG.warn("What became of a request with an Idempotency-Key could not be written down", e);
        }
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

    private void store(IdempotencyKey key, ContentCachingResponseWrapper response) {
        repository.store(key, key.seal(mapper.writeValueAsBytes(Answer.of(response))));
    }

    private <T> T inTransaction(Step<T> step) throws Exception {
        TransactionStatus status = transactions.getTransaction(new DefaultTransactionDefinition());
        T result;
        try {
            repository.limitWaiting(WAIT);
            result = step.run();
        } catch (Exception | Error e) {
            rollback(status);
            throw e;
        }
        transactions.commit(status);
        return result;
    }

    private void rollback(@Nullable TransactionStatus status) {
        try {
            if (status != null) {
                transactions.rollback(status);
            }
        } catch (RuntimeException broken) {
            LOG.warn("A transaction could not be rolled back; its connection is gone", broken);
        }
    }
}
