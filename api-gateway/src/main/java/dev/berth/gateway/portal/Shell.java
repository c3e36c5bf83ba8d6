package dev.berth.gateway.portal;

import dev.berth.gateway.announcement.Announcement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around it.
 *
 * @param assets changes when the style or the script does, so that neither is ever stale
 * @param csrf what forms carry; empty without a session
 * @param warning what stands above every page; null for nothing
 * @param unproven the e-mail address of the visitor that is not proven yet; null if it is
 * @param announcements what the operator tells all customers now; only for visitors who are signed in
 */
record Shell(
        boolean signedIn,
        String accountName,
        String zone,
        String path,
        String assets,
        String csrf,
        List<Link> nav,
        @Nullable Warning warning,
        @Nullable String unproven,
        List<Announcement> announcements) {
    /** A way in the navigation. */
    record Link(String href, String name, boolean current) {}

    /** What a visitor must know wherever they are. */
    record Warning(String title, String text) {}

    private static final List<Link> WAYS = List.of(
            new Link("/overview", "Overview", false),
            new Link("/workloads", "Workloads", false),
            new Link("/stacks", "Stacks", false),
            new Link("/volumes", "Volumes", false),
            new Link("/secrets", "Secrets", false),
            new Link("/usage", "Usage", false),
            new Link("/invoices", "Invoices", false),
            new Link("/keys", "API keys", false),
            new Link("/webhooks", "Webhooks", false),
            new Link("/members", "Members", false),
            new Link("/operations", "Operations", false),
            new Link("/activity", "Activity", false),
            new Link("/audit", "Audit log", false),
            new Link("/docs", "API", false));

    /** The navigation on a page. */
    static List<Link> nav(String path) {
        return WAYS.stream()
                .map(way -> new Link(way.href, way.name, path.equals(way.href) || path.startsWith(way.href + "/")))
                .toList();
    }
}
