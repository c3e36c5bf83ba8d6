package dev.berth.gateway.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.schema.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * The API's description as a page: made from the same document that programs read. What is kept of it is the same for all; the
 * examples name the address that this visitor came to, so they are made for each.
 */
@Controller
class DocsPage {
    private final OpenApiWebMvcResource document;
    private final Shells shells;
    private volatile @Nullable ApiReference known;

    DocsPage(OpenApiWebMvcResource document, Shells shells) {
        this.document = document;
        this.shells = shells;
    }

    @GetMapping("/docs")
    String docs(Model model, HttpServletRequest request) throws JsonProcessingException {
        shells.dress(model, request);
        ApiReference reference = known;
        if (reference == null) {
            byte[] json = document.openapiJson(request, "/v1/openapi.json", Locale.ENGLISH);
            reference = ApiReference.of(Json.mapper().readTree(json));
            known = reference;
        }
        model.addAttribute("doc", reference);
        model.addAttribute("basics", basics(request));
        return "docs";
    }

    /** What holds for all routes. */
    record Basic(String title, String text, @Nullable String code) {}

    private static List<Basic> basics(HttpServletRequest request) {
        return List.of(
                new Basic(
                        "Authentication",
                        "Send an API key with each call. Keys carry scopes; the scope that a route needs stands beside it.",
                        Examples.get(request, "/v1/account")),
                new Basic(
                        "Writes that can be repeated",
                        "Any write takes an Idempotency-Key. The same request with the same key within 48 hours is done once and "
                                + "answered twice, so a lost reply is never a reason to worry. Updates take If-Match with the "
                                + "object's etag and are refused with 412 when somebody else was quicker. With dry_run=true nothing "
                                + "is made, and the answer says what it would cost.",
                        Examples.write(request)),
                new Basic(
                        "Lists",
                        "Lists take limit (at most 200) and cursor, and answer data and next_cursor, which is null on the last page. "
                                + "Where a list takes sort, a minus before the field turns it round; a cursor counts for the order that it "
                                + "came with, and nothing is listed twice or left out because something was made meanwhile.",
                        Examples.get(request, "/v1/workloads?sort=name&name_prefix=we&label=tier:front&limit=20")),
                new Basic(
                        "Streams",
                        "With Accept: text/event-stream events, logs and numbers come as Server-Sent Events. Come back with the last id "
                                + "in Last-Event-ID, and events and lines go on right behind it. An account has 20 streams open at a "
                                + "gateway unless the operator says otherwise, one more is refused with 429; a stream whose key or session "
                                + "is no more, or whose account is closed, ends within 5 seconds, and one that is not read for 20 seconds "
                                + "is cut.",
                        Examples.follow(request, "/v1/events")),
                new Basic(
                        "Rates",
                        "Each answer says in RateLimit how many calls are left (r) and in how many seconds all are back (t), and in "
                                + "RateLimit-Policy how many that is (q), for each limit that the call was counted by: the account, the "
                                + "key, the address, a trigger. 429 says in Retry-After when to come back.",
                        null),
                new Basic(
                        "What changes, and when",
                        "Fields, routes and codes may be added any day. What goes is announced at /docs/deprecations 180 days before, and "
                                + "calls that use it are told so in the headers Deprecation, Sunset and Link.",
                        null),
                new Basic(
                        "Errors",
                        "Every refusal is application/problem+json (RFC 9457). type leads to a page that says "
                                + "what the code means (all of them: /docs/problems). code is stable, hint says what to do, errors names "
                                + "each field that is wrong, and request_id finds the call in the operator's log.",
                        """
                        {
                          "type": "/docs/problems/invalid",
                          "title": "Something in the request is not allowed",
                          "status": 422,
                          "detail": "replicas must be from 1 to 100.",
                          "code": "invalid",
                          "hint": "Mend the fields named and send the request again.",
                          "request_id": "req_01kb5v8f7vf3sbj8gq1cq5a3de",
                          "errors": [{"field": "replicas", "message": "must be from 1 to 100"}]
                        }"""),
                new Basic(
                        "Webhooks, verified",
                        "An event is posted to your endpoint with the headers webhook-id, webhook-timestamp and webhook-signature "
                                + "(Standard Webhooks; there are libraries for most languages). Compute the signature over the bytes that "
                                + "came, compare it in constant time with each of those in the header, refuse timestamps that are more "
                                + "than five minutes off, and do each webhook-id once: after a crash of Berth or of yours an event may "
                                + "come again. Answer 2xx within 15 seconds and work afterwards. In Python:",
                        Examples.VERIFY_PYTHON),
                new Basic("", "The same in JavaScript (Node):", Examples.VERIFY_JAVASCRIPT));
    }
}
