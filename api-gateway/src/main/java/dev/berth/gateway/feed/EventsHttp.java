package dev.berth.gateway.feed;

import dev.berth.gateway.edge.DeprecatedApi;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.Sort;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /v1/events}: what happened to the account, as a list or as a stream that goes on where it was left. */
@RestController
@Tag(name = "Events", description = "Everything that happened to the account, and who caused it.")
class EventsHttp {
    private final FeedRepository feed;
    private final FeedTail tail;
    private final Streams streams;
    private final FeedProperties settings;
    private final InstantSource clock;
    private final JsonMapper mapper;

    EventsHttp(
            FeedRepository feed,
            FeedTail tail,
            Streams streams,
            FeedProperties settings,
            InstantSource clock,
            JsonMapper mapper) {
        this.feed = feed;
        this.tail = tail;
        this.streams = streams;
        this.settings = settings;
        this.clock = clock;
        this.mapper = mapper;
    }

    @GetMapping("/v1/events")
    @Requires(Scope.ACCOUNT_READ)
    @Operation(
            summary = "List events, or follow them as they happen",
            description =
                    "The newest come first; `sort=time` turns that round. With `Accept: text/event-stream` the answer is "
                            + "a stream of Server-Sent Events that begins now, or right behind the event named in `Last-Event-ID` (or "
                            + "`after`): nothing is lost and nothing comes twice, also over a restart of Berth; a stream that begins "
                            + "now says with an `id` alone where it stands. Each event of the stream has its `id`, its type in `event`, and the same JSON as in the list in `data`. A stream ends "
                            + "after an hour, and within five seconds when its key or session is no more; connect again with the "
                            + "last id. Events are kept for 90 days unless the operator says "
                            + "otherwise. A caller sees what it may read: events of workloads and containers with "
                            + "`workloads:read`, those of use, invoices and payments with `billing:read`.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of events, or the stream.",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = EventPage.class)),
                @Content(mediaType = EventStream.TYPE, schema = @Schema(type = "string"))
            })
    @Nullable
    ResponseEntity<Page<FeedEvent>> events(
            Principal.Customer caller,
            Paging paging,
            @Parameter(
                            description =
                                    "Types such as `container.started`, or their first words such as `container`; commas between.")
                    @RequestParam(required = false)
                    @Nullable
                    String type,
            @Parameter(description = "Only what concerns this workload: its wish, its containers, its use.")
                    @RequestParam(required = false)
                    @Nullable
                    String workload,
            @Parameter(description = "Only what happened to this id, such as `ctr_…` or `inv_…`.")
                    @RequestParam(required = false)
                    @Nullable
                    String subject,
            @Parameter(description = "Only what this operation (`op_…`) caused: its log.")
                    @RequestParam(required = false)
                    @Nullable
                    String operation,
            @Parameter(
                            description =
                                    "`time` (the oldest first, as they were recorded) or `-time`, which it is if not given; for the list.")
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            @DeprecatedApi(since = "2026-11-30", sunset = "2027-06-01", instead = "Use sort=time or sort=-time.")
                    @Parameter(description = "`desc` or `asc`; for the list.")
                    @RequestParam(required = false)
                    @Nullable
                    String order,
            @Parameter(description = "For the stream: the id of the last event that was seen.")
                    @RequestParam(required = false)
                    @Nullable
                    String after,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        EventFilter filter =
                EventFilter.parse(type, workload, subject, operation).seenBy(caller);
        if (EventStream.isAsked(request)) {
            String lastSeen = request.getHeader("Last-Event-ID");
            stream(caller, filter, lastSeen == null || lastSeen.isEmpty() ? after : lastSeen, response);
            return null;
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(feed.page(caller.account(), filter, sort(sort, order), paging));
    }

    private static Sort sort(@Nullable String sort, @Nullable String order) {
        if (order == null) {
            return Sort.parse(sort, FeedRepository.NEWEST_FIRST, FeedRepository.OLDEST_FIRST);
        }
        if (sort != null || !(order.equals("asc") || order.equals("desc"))) {
            throw Refusal.of(ErrorCode.INVALID, "order is not known, or stands beside sort.")
                    .field("order", "must be asc or desc, without sort");
        }
        return order.equals("asc")
                ? new Sort(FeedRepository.OLDEST_FIRST, false)
                : new Sort(FeedRepository.NEWEST_FIRST, true);
    }

    /** The page, for the description. */
    record EventPage(List<FeedEvent> data, @Nullable String nextCursor) {}

    private void stream(
            Principal.Customer reader, EventFilter filter, @Nullable String lastSeen, HttpServletResponse response)
            throws IOException {
        AccountId account = reader.account();
        FeedRepository.Standing begin = lastSeen == null
                ? feed.standing(account)
                : new FeedRepository.Standing(position(account, lastSeen), null);
        try (FeedTail.Watch watch = tail.watch(account, filter, begin.position());
                Streams.Lease lease = streams.open(reader, watch::wake)) {
            EventStream out = EventStream.begin(response);
            if (begin.last() != null) {
                out.standsAt(begin.last().toString());
            }
            while (lease.goesOn()) {
                List<FeedEvent> events = watch.next(settings.heartbeat());
                for (FeedEvent event : events) {
                    if (!lease.goesOn()) {
                        return;
                    }
                    out.event(event.id().toString(), event.type(), mapper.writeValueAsString(event));
                }
                if (events.isEmpty() && lease.goesOn()) {
                    out.heartbeat();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Where to go on. An event that is no longer kept is older than all that are, so the reader gets all of them; an id that never
     * was the account's is refused, since going on from anywhere would lose or repeat.
     */
    private long position(AccountId account, String lastSeen) {
        EventId id;
        try {
            id = EventId.parse(lastSeen);
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
        return feed.positionOf(account, id).orElseGet(() -> {
            Instant made = Instant.ofEpochMilli(id.uuid().getMostSignificantBits() >>> 16);
            if (made.isBefore(clock.instant().minus(settings.retention()))) {
                return 0L;
            }
            throw unknown();
        });
    }

    private static Refusal unknown() {
        return Refusal.of(ErrorCode.INVALID, "The event to go on from is not one of this account's.")
                .field("Last-Event-ID", "must be the id of an event of this account")
                .hint("Connect without Last-Event-ID to begin now, and read the list for what came before.");
    }
}
