package dev.berth.gateway.webhook;

import dev.berth.gateway.callout.Blocked;
import dev.berth.gateway.callout.TargetUrl;
import dev.berth.gateway.callout.Targets;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.IfMatch;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WebhookEndpointId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Endpoints: made, listed, changed, deleted, their secrets rotated. Refusals are {@link Refusal}: 403 for events that the caller may not
 * read, 404, 409 too many, 412, 422 also for an address that may not be called. Thread-safe.
 */
@Service
@EnableConfigurationProperties(WebhookProperties.class)
public class Webhooks {
    /** How long the secret before the present one signs too. */
    static final Duration OVERLAP = Duration.ofHours(24);

    private static final int MAX_DESCRIPTION = 200;

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final EndpointRepository endpoints;
    private final DeliveryRepository deliveries;
    private final FeedRepository feed;
    private final Quotas quotas;
    private final SigningSecrets secrets;
    private final Targets targets;
    private final WebhookProperties limits;
    private final InstantSource clock;

    Webhooks(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            EndpointRepository endpoints,
            DeliveryRepository deliveries,
            FeedRepository feed,
            Quotas quotas,
            SigningSecrets secrets,
            Targets targets,
            WebhookProperties limits,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.feed = feed;
        this.quotas = quotas;
        this.secrets = secrets;
        this.targets = targets;
        this.limits = limits;
        this.clock = clock;
    }

    /** The newest first. */
    public List<EndpointView> list(AccountId account) {
        Instant now = clock.instant();
        return endpoints.of(dsl, account).stream()
                .map(one -> EndpointView.of(one, now, null))
                .toList();
    }

    /** One endpoint. */
    public EndpointView get(AccountId account, WebhookEndpointId id) {
        return EndpointView.of(find(account, id), clock.instant(), null);
    }

    /**
     * Makes one; events from now on are sent to it. The answer has its secret, which is not seen again.
     *
     * @param begin is run when the address was looked up, before anything is written
     */
    public EndpointView create(Principal.Customer caller, EndpointRequest request, Runnable begin) {
        List<FieldError> errors = new ArrayList<>();
        if (request.url() == null) {
            errors.add(new FieldError("url", "is required: where events are to be posted"));
        }
        TargetUrl url = url(request.url(), errors);
        String description = description(request.description(), errors);
        List<String> events = Filters.check(request.events(), errors);
        refuse(errors);
        Filters.allow(caller, events);
        look(Objects.requireNonNull(url));
        begin.run();
        return Objects.requireNonNull(transaction.execute(_ -> {
            quotas.lock(dsl, caller.account());
            if (endpoints.of(dsl, caller.account()).size() >= limits.endpoints()) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The account has %d webhook endpoints, which is the most."
                                        .formatted(limits.endpoints()))
                        .fact("limit", limits.endpoints())
                        .hint("Delete endpoints that are not used, or send more kinds of events to one.");
            }
            Instant now = clock.instant();
            WebhookEndpointId id = WebhookEndpointId.next();
            String secret = Signature.secret();
            Endpoint made = new Endpoint(
                    id,
                    caller.account(),
                    url.toString(),
                    description,
                    events,
                    Boolean.TRUE.equals(request.disabled()),
                    null,
                    feed.last(),
                    1,
                    1,
                    secrets.seal(caller.account(), id, 1, secret),
                    null,
                    null,
                    null,
                    caller.actor(),
                    now,
                    now);
            endpoints.insert(dsl, made);
            return EndpointView.of(made, now, secret);
        }));
    }

    /**
     * Changes one; what is not given stays. What waits goes to the new address. While it is disabled nothing is sent to it, then or
     * later, but what is replayed.
     *
     * @param begin as for {@link #create}
     */
    public EndpointView change(
            Principal.Customer caller,
            WebhookEndpointId id,
            EndpointRequest request,
            @Nullable String ifMatch,
            Runnable begin) {
        List<FieldError> errors = new ArrayList<>();
        TargetUrl url = url(request.url(), errors);
        String description = request.description() == null ? null : description(request.description(), errors);
        List<String> events = request.events() == null ? null : Filters.check(request.events(), errors);
        refuse(errors);
        find(caller.account(), id);
        if (url != null) {
            look(url);
        }
        begin.run();
        return Objects.requireNonNull(transaction.execute(_ -> {
            Endpoint was = lock(caller.account(), id, ifMatch);
            Instant now = clock.instant();
            Endpoint next = was;
            if (url != null || description != null || events != null) {
                List<String> filters = events == null ? was.events() : events;
                if (url != null || events != null) {
                    Filters.allow(caller, filters);
                }
                next = next.with(
                        url == null ? was.url() : url.toString(),
                        description == null ? was.description() : description,
                        filters,
                        now);
            }
            if (request.disabled() != null && request.disabled() != was.disabled()) {
                next = request.disabled() ? next.disabled(null, now) : next.enabled(feed.last(), now);
                if (request.disabled()) {
                    deliveries.hold(dsl, id, "the endpoint was disabled", now);
                }
            }
            endpoints.update(dsl, next);
            return EndpointView.of(next, now, null);
        }));
    }

    /** Deletes one, with its log; an attempt under way ends, and nothing is sent after it. */
    public void delete(AccountId account, WebhookEndpointId id, @Nullable String ifMatch) {
        transaction.executeWithoutResult(_ -> {
            Endpoint was = lock(account, id, ifMatch);
            endpoints.delete(dsl, was.id());
        });
    }

    /** Gives one another secret, which is answered and not seen again. The one before signs too for a day; any older one no more. */
    public EndpointView rotate(AccountId account, WebhookEndpointId id, @Nullable String ifMatch) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            Endpoint was = lock(account, id, ifMatch);
            Instant now = clock.instant();
            String secret = Signature.secret();
            String sealed = secrets.seal(account, id, was.secretVersion() + 1, secret);
            Endpoint next = was.rotated(sealed, now.plus(OVERLAP), now);
            endpoints.update(dsl, next);
            return EndpointView.of(next, now, secret);
        }));
    }

    private Endpoint lock(AccountId account, WebhookEndpointId id, @Nullable String ifMatch) {
        Endpoint there = endpoints
                .lock(dsl, id)
                .filter(one -> one.account().equals(account))
                .orElseThrow(() -> missing(id.toString()));
        IfMatch.check(ifMatch, "The endpoint has changed since it was read.", there.etag());
        return there;
    }

    private Endpoint find(AccountId account, WebhookEndpointId id) {
        return endpoints.find(dsl, account, id).orElseThrow(() -> missing(id.toString()));
    }

    private static @Nullable TargetUrl url(@Nullable String given, List<FieldError> errors) {
        if (given == null) {
            return null;
        }
        try {
            return TargetUrl.parse(given);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError("url", String.valueOf(e.getMessage())));
            return null;
        }
    }

    private void look(TargetUrl url) {
        try {
            targets.resolve(url);
        } catch (Blocked e) {
            throw Refusal.invalid(List.of(new FieldError("url", String.valueOf(e.getMessage()))))
                    .hint("Name a host that is reachable from the internet, with https.")
                    .because(e);
        }
    }

    private static String description(@Nullable String given, List<FieldError> errors) {
        String text = given == null ? "" : given.strip();
        if (text.length() > MAX_DESCRIPTION
                || text.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            errors.add(new FieldError(
                    "description", "must be text of at most %d characters on one line".formatted(MAX_DESCRIPTION)));
        }
        return text;
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    /** Filters for all events of a kind, such as {@code container.*}, one for each kind. */
    public static List<String> kinds() {
        return Filters.SENT.stream()
                .map(type -> type.substring(0, type.indexOf('.')) + ".*")
                .distinct()
                .toList();
    }

    /** Reads an id; one that is none is one that does not exist. */
    public static WebhookEndpointId parse(String id) {
        return GivenId.read(id, WebhookEndpointId::parse).orElseThrow(() -> missing(id));
    }

    /** The refusal for an endpoint that is not there, or another account's. */
    static Refusal missing(String id) {
        return Refusal.notFound("webhook endpoint", id);
    }
}
