package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.feed.EventFilter;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.operation.OperationState;
import dev.berth.gateway.operation.OperationView;
import dev.berth.gateway.operation.Operations;
import dev.berth.schema.id.OperationId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Operations: what somebody asked for and what became of it, one with its steps and what it caused, cancelling and retrying. */
@Controller
class OperationPages {
    /** The most events in the log of one. */
    private static final int LINES = 100;

    /** Of a workload's page. */
    private static final int LATEST = 5;

    private final Operations operations;
    private final FeedRepository feed;
    private final Names names;
    private final Shells shells;
    private final InstantSource clock;

    OperationPages(Operations operations, FeedRepository feed, Names names, Shells shells, InstantSource clock) {
        this.operations = operations;
        this.feed = feed;
        this.names = names;
        this.shells = shells;
        this.clock = clock;
    }

    @GetMapping("/operations")
    @Requires(Scope.ACCOUNT_READ)
    String list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String subject,
            Principal.Customer visitor,
            Paging paging,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        String asked = state == null || state.isEmpty() ? null : state;
        String thing = subject == null || subject.isEmpty() ? null : subject;
        Page<OperationView> page = operations.list(visitor, asked, thing, paging);
        Names.Book book = names.of(visitor);
        model.addAttribute("operations", cards(page.data(), visitor, book, format));
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute("first", paging.isFirst());
        model.addAttribute("state", asked);
        model.addAttribute("subject", thing);
        model.addAttribute("subjectName", thing == null ? null : book.of(thing));
        model.addAttribute("filters", filters(asked, thing));
        model.addAttribute("example", Examples.get(request, "/v1/operations"));
        if (paging.isFirst()) {
            Live.on(model, visitor, "workload,rollout,container,volume");
        }
        return "operations";
    }

    /** The latest operations of one thing, for its own page. */
    List<OperationCard> latest(Principal.Customer visitor, String subject, Format format) {
        return visitor.may(Scope.ACCOUNT_READ)
                ? cards(
                        operations
                                .list(visitor, null, subject, new Paging(LATEST, null))
                                .data(),
                        visitor,
                        names.of(visitor),
                        format)
                : List.of();
    }

    private List<OperationCard> cards(
            List<OperationView> views, Principal.Customer visitor, Names.Book book, Format format) {
        return views.stream()
                .map(view -> OperationCard.of(view, visitor.actor(), book, format, clock.instant()))
                .toList();
    }

    private static List<ActivityPage.Filter> filters(@Nullable String chosen, @Nullable String subject) {
        List<ActivityPage.Filter> filters = new ArrayList<>();
        filters.add(new ActivityPage.Filter("All", address(null, subject), chosen == null));
        Arrays.stream(OperationState.values())
                .map(state -> new ActivityPage.Filter(
                        OperationCard.word(state),
                        address(state.text(), subject),
                        state.text().equals(chosen)))
                .forEach(filters::add);
        return filters;
    }

    private static String address(@Nullable String state, @Nullable String subject) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/operations");
        if (state != null) {
            address.queryParam("state", state);
        }
        if (subject != null) {
            address.queryParam("subject", "{subject}");
            return address.build(subject).toString();
        }
        return address.build().toUriString();
    }

    @GetMapping("/operations/{id}")
    @Requires(Scope.ACCOUNT_READ)
    String one(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        return show(parse(id), null, visitor, model, request);
    }

    private String show(
            OperationId id,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        OperationView view = operations.get(visitor, id);
        Names.Book book = names.of(visitor);
        EventFilter caused = EventFilter.parse(null, null, null, id.toString()).seenBy(visitor);
        model.addAttribute("o", OperationCard.of(view, visitor.actor(), book, format, clock.instant()));
        model.addAttribute("may", operations.mayChange(visitor, view));
        model.addAttribute(
                "events",
                feed.page(visitor.account(), caused, true, new Paging(LINES, null)).data().stream()
                        .map(event -> Sentences.of(event, book, format))
                        .toList());
        model.addAttribute("problem", refusal == null ? null : Said.of(refusal));
        Live.on(model, visitor, "workload,rollout,container,volume&operation=" + id);
        return "operation";
    }

    /** Something that is done at the press of a button. */
    @FunctionalInterface
    private interface Deed {
        OperationView on(OperationId operation);
    }

    @PostMapping("/operations/{id}/cancel")
    @Requires(Scope.ACCOUNT_READ)
    String cancel(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = operation -> operations.cancel(visitor, operation, context.cause());
        return act(id, deed, visitor, model, request, response);
    }

    @PostMapping("/operations/{id}/retry")
    @Requires(Scope.ACCOUNT_READ)
    String retry(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = operation -> operations.retry(visitor, operation, context.cause());
        return act(id, deed, visitor, model, request, response);
    }

    /** Shows what the deed made of it: the same operation, or the one that does it again. */
    private String act(
            String id,
            Deed deed,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        OperationId operation = parse(id);
        try {
            return "redirect:/operations/" + deed.on(operation).id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return show(operation, refusal, visitor, model, request);
        }
    }

    private static OperationId parse(String id) {
        return Operations.parse(id).orElseThrow(() -> Operations.missing(id));
    }
}
