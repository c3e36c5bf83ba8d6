package dev.berth.stripe.resource;

import dev.berth.stripe.state.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** Where a customer has to go for 3-D Secure, and comes back to. */
public final class NextAction {
    private NextAction() {}

    /** The page of the double where an intent is authenticated. */
    public static String page(String hostedBase, ObjectNode intent) {
        return "%s/3ds/%s?client_secret=%s"
                .formatted(hostedBase, Json.text(intent, "id"), Json.text(intent, "client_secret"));
    }

    static ObjectNode of(Change change, ObjectNode intent, String returnUrl) {
        String page = page(change.hostedBase(), intent);
        if (returnUrl.isEmpty()) {
            return Json.of(
                    "type",
                    "use_stripe_sdk",
                    "use_stripe_sdk",
                    Json.of("type", "three_d_secure_redirect", "stripe_js", page));
        }
        return Json.of("type", "redirect_to_url", "redirect_to_url", Json.of("return_url", returnUrl, "url", page));
    }

    /** Where the customer goes when done: the return address with what became of it; empty when there is none. */
    public static String back(ObjectNode intentBefore, ObjectNode intentAfter) {
        String returnUrl = Json.text(intentBefore.path("next_action").path("redirect_to_url"), "return_url");
        return back(returnUrl, intentAfter);
    }

    /** The same for a known return address. */
    public static String back(String returnUrl, ObjectNode intent) {
        if (returnUrl.isEmpty()) {
            return "";
        }
        String kind = Json.text(intent, "object");
        String status = Json.text(intent, "status");
        boolean well = status.equals("succeeded") || status.equals("requires_capture");
        int hash = returnUrl.indexOf('#');
        String page = hash < 0 ? returnUrl : returnUrl.substring(0, hash);
        return "%s%s%s=%s&%s_client_secret=%s&redirect_status=%s%s"
                .formatted(
                        page,
                        page.contains("?") ? "&" : "?",
                        kind,
                        encode(Json.text(intent, "id")),
                        kind,
                        encode(Json.text(intent, "client_secret")),
                        well ? "succeeded" : "failed",
                        hash < 0 ? "" : returnUrl.substring(hash));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
