package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.feed.FeedTypes;
import org.springframework.ui.Model;

/** Lets the script watch the account's events and take new renderings of the page's regions. */
final class Live {
    private Live() {}

    /**
     * Watches some types of events, of those that the visitor may see.
     *
     * @param types as the query of {@code /v1/events} has them; more parameters may follow
     */
    static void on(Model model, Principal.Customer visitor, String types) {
        model.addAttribute("live", "/v1/events?type=" + types);
        model.addAttribute("liveTypes", String.join(" ", FeedTypes.seenBy(visitor)));
    }
}
