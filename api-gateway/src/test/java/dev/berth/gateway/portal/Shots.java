package dev.berth.gateway.portal;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes a picture of each page of a running {@link dev.berth.gateway.Preview}, to look at: light, dark, and on a telephone. */
public final class Shots {
    private Shots() {}

    /** The arguments: the address of the preview, a folder, and the names of pages (none: all). */
    public static void main(String[] args) {
        List<String> only = List.of(args).subList(2, args.length);
        try (Browser browser = new Browser()) {
            shoot(browser, args, "light", 1280, ColorScheme.LIGHT, only);
            shoot(browser, args, "dark", 1280, ColorScheme.DARK, only);
            shoot(browser, args, "phone", 375, ColorScheme.LIGHT, only);
        }
    }

    private static void shoot(
            Browser browser, String[] args, String kind, int width, ColorScheme scheme, List<String> only) {
        try (BrowserContext window = browser.window(
                new NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme))) {
            Page page = window.newPage();
            List<String> messages = new ArrayList<>();
            page.onConsoleMessage(message -> messages.add(message.type() + ": " + message.text()));
            shoot(
                    page,
                    args,
                    kind,
                    Map.of(
                            "landing", "/",
                            "signup", "/signup",
                            "signin", "/signin",
                            "docs", "/docs",
                            "problems", "/docs/problems",
                            "problem", "/docs/problems/quota_exceeded",
                            "deprecations", "/docs/deprecations"),
                    only);
            page.navigate(args[0] + "/signin");
            page.fill("#email", "ada@example.com");
            page.fill("#password", "correct horse");
            page.click("main button[type=submit]");
            Map<String, String> pages = new LinkedHashMap<>();
            pages.put("overview", "/overview");
            pages.put("workloads", "/workloads");
            pages.put("new", "/workloads/new");
            pages.put("stacks", "/stacks");
            pages.put("stack-new", "/stacks/new");
            pages.put("operations", "/operations");
            pages.put("usage", "/usage");
            pages.put("invoices", "/invoices");
            pages.put("billing", "/account/billing");
            pages.put("keys", "/keys");
            pages.put("webhooks", "/webhooks");
            pages.put("members", "/members");
            pages.put("accounts", "/accounts");
            pages.put("audit", "/audit");
            pages.put("security", "/security");
            pages.put("password-reset", "/password-reset");
            pages.put("activity", "/activity");
            pages.put("nowhere", "/nowhere");
            shoot(page, args, kind, pages, only);
            page.navigate(args[0] + "/workloads");
            pages.clear();
            pages.put(
                    "workload",
                    page.locator("td a.main", new Page.LocatorOptions().setHasText("web"))
                            .getAttribute("href"));
            page.navigate(args[0] + "/webhooks");
            String webhook = page.locator("td a.main").first().getAttribute("href");
            pages.put("webhook", webhook);
            page.navigate(args[0] + webhook);
            pages.put("delivery", page.locator("td a.main").first().getAttribute("href"));
            page.navigate(args[0] + "/invoices");
            String invoice = page.locator("td a.main").first().getAttribute("href");
            pages.put("invoice", invoice);
            pages.put(
                    "pay",
                    page.locator("a.btn", new Page.LocatorOptions().setHasText("Pay"))
                            .first()
                            .getAttribute("href"));
            page.navigate(args[0] + invoice);
            pages.put(
                    "line",
                    page.locator("td a", new Page.LocatorOptions().setHasText("Seconds"))
                            .first()
                            .getAttribute("href"));
            shoot(page, args, kind, pages, only);
            messages.forEach(message -> System.out.println(kind + " " + message));
        }
    }

    private static void shoot(Page page, String[] args, String kind, Map<String, String> pages, List<String> only) {
        pages.forEach((name, path) -> {
            if (only.isEmpty() || only.contains(name)) {
                page.navigate(args[0] + path);
                page.waitForTimeout(700);
                int wide = ((Number) page.evaluate("document.documentElement.scrollWidth")).intValue();
                if (wide > page.viewportSize().width) {
                    System.out.println(kind + " " + name + " is wider than the window: " + wide);
                }
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(Path.of(args[1], name + "-" + kind + ".png"))
                        .setFullPage(!name.equals("docs")));
            }
        });
    }
}
