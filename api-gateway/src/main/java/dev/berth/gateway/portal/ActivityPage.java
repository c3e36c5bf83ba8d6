package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.feed.EventFilter;
import dev.berth.gateway.feed.FeedEvent;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.feed.FeedTypes;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Everything that happened to the account. */
@Controller
class ActivityPage {
    private static final Map<String, String> FILTERS = new LinkedHashMap<>();

    static {
        FILTERS.put("All", "");
        FILTERS.put("Workloads", "workload");
        FILTERS.put("Containers", "container");
        FILTERS.put("Volumes", "volume");
        FILTERS.put("Money", "invoice,payment,credit_note,refund,standing,usage,spend_cap");
        FILTERS.put("Account", "account,tenant");
    }

    /** A way to see less. */
    record Filter(String name, String href, boolean current) {}

    private final FeedRepository feed;
    private final Names names;
    private final Shells shells;

    ActivityPage(FeedRepository feed, Names names, Shells shells) {
        this.feed = feed;
        this.names = names;
        this.shells = shells;
    }

    @GetMapping("/activity")
    @Requires(Scope.ACCOUNT_READ)
    String page(
            @RequestParam(required = false) @Nullable String type,
            Principal.Customer visitor,
            Paging paging,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        String chosen = type == null || !FILTERS.containsValue(type) ? "" : type;
        EventFilter filter = EventFilter.parse(chosen.isEmpty() ? null : chosen, null, null, null)
                .seenBy(visitor);
        Page<FeedEvent> page = feed.page(visitor.account(), filter, false, paging);
        Names.Book book = names.of(visitor);
        model.addAttribute(
                "events",
                page.data().stream()
                        .map(event -> Sentences.of(event, book, format))
                        .toList());
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute("first", paging.isFirst());
        model.addAttribute("type", chosen.isEmpty() ? null : chosen);
        model.addAttribute("filters", filters(chosen, visitor));
        model.addAttribute("example", Examples.follow(request, "/v1/events"));
        if (paging.isFirst()) {
            model.addAttribute("live", chosen.isEmpty() ? "/v1/events" : "/v1/events?type=" + chosen);
            model.addAttribute("liveTypes", String.join(" ", FeedTypes.seenBy(visitor)));
        }
        return "activity";
    }

    private static List<Filter> filters(String chosen, Principal.Customer visitor) {
        List<String> seen = FeedTypes.seenBy(visitor);
        return FILTERS.entrySet().stream()
                .filter(one -> one.getValue().isEmpty()
                        || seen.stream()
                                .anyMatch(type -> type.startsWith(one.getValue().split(",")[0] + ".")))
                .map(one -> new Filter(
                        one.getKey(),
                        one.getValue().isEmpty() ? "/activity" : "/activity?type=" + one.getValue(),
                        one.getValue().equals(chosen)))
                .toList();
    }
}
