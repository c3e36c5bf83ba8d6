package dev.berth.stripe.hosted;

import dev.berth.stripe.card.Money;
import dev.berth.stripe.resource.Change;
import dev.berth.stripe.resource.CheckoutSessions;
import dev.berth.stripe.resource.NextAction;
import dev.berth.stripe.resource.Payment;
import dev.berth.stripe.resource.PaymentMethods;
import dev.berth.stripe.resource.SetupIntents;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pages: {@code /setup/CLIENT_SECRET} and {@code /pay/CLIENT_SECRET}, each with {@code ?return_url=}, {@code /c/pay/SESSION},
 * {@code /3ds/INTENT?client_secret=} and {@code /receipts/CHARGE}.
 */
public final class Pages {
    private Pages() {}

    /**
     * What a browser is sent.
     *
     * @param status the HTTP status
     * @param page the page; empty when the browser is sent elsewhere
     * @param location where; empty when it stays
     */
    public record View(int status, String page, String location) {
        static View of(int status, String title, String content) {
            return new View(status, Html.page(title, content), "");
        }

        static View to(String location) {
            return new View(303, "", location);
        }
    }

    /** Whether a path is one of a page. */
    public static boolean has(String path) {
        return path.matches("/(setup|pay|c/pay|3ds|receipts)/[^/]+");
    }

    /** Shows a page. */
    public static View show(Change change, String path, Params query) {
        try {
            String id = path.substring(path.lastIndexOf('/') + 1);
            if (path.startsWith("/3ds/")) {
                return challenge(intent(change, id, query), "");
            }
            if (path.startsWith("/receipts/")) {
                return receipt(change.get("charge", id, null));
            }
            Form form = form(change, path, id, query);
            return form.done().isPresent()
                    ? form.done().get()
                    : View.of(
                            200,
                            form.title(),
                            form.html(form.problem(), query.text("card").orElse("")));
        } catch (StripeError e) {
            return gone(e);
        }
    }

    /** Takes what was entered on a page. */
    public static View submit(Change change, String path, Params query, Params entered) {
        try {
            String id = path.substring(path.lastIndexOf('/') + 1);
            if (path.startsWith("/3ds/")) {
                boolean passed = entered.text("result").orElse("").equals("complete");
                return authenticate(change, intent(change, id, query), passed);
            }
            Form form = form(change, path, id, query);
            return form.done().orElseGet(() -> enter(change, form, entered));
        } catch (StripeError e) {
            return gone(e);
        }
    }

    private static View gone(StripeError why) {
        return View.of(
                404,
                "Not here",
                "<h1>Nothing to do here</h1><p>%s</p>".formatted(Html.escape(String.valueOf(why.getMessage()))));
    }

    /**
     * A page on which a card is entered.
     *
     * @param here its own address
     * @param returnUrl where the customer goes afterwards; may be empty
     * @param cancelUrl where the customer goes who wants none of it; may be empty
     * @param problem what went wrong the last time; may be empty
     * @param done where to go instead, when there is nothing to enter any more
     */
    private record Form(
            ObjectNode intent, String here, String returnUrl, String cancelUrl, String problem, Optional<View> done) {

        String title() {
            return Json.text(intent, "object").equals("setup_intent") ? "Save a card" : "Pay by card";
        }

        String html(String problem, String card) {
            boolean saving = Json.text(intent, "object").equals("setup_intent");
            String lead = saving
                    ? "<h1>Save a card</h1><p>It is charged for later invoices, without asking again.</p>"
                    : "<h1>Pay by card</h1><div class=\"amount\">%s</div>"
                            .formatted(Html.escape(
                                    Money.shown(Json.number(intent, "amount"), Json.text(intent, "currency"))));
            String digits = card.replaceAll("\\D", "");
            return """
                    %s%s
                    <form method="post" action="%s">
                    <label for="number">Card number</label>
                    <input id="number" name="number" inputmode="numeric" autocomplete="off" required maxlength="23" placeholder="4242 4242 4242 4242" value="%s">
                    <div class="pair">
                    <div><label for="expiry">Expires</label><input id="expiry" name="expiry" required maxlength="7" placeholder="MM / YY" value="%s"></div>
                    <div><label for="cvc">CVC</label><input id="cvc" name="cvc" required inputmode="numeric" maxlength="4" placeholder="123" value="%s"></div>
                    </div>
                    <label for="name">Name on the card</label>
                    <input id="name" name="name" autocomplete="off" maxlength="100">
                    <button>%s</button>
                    </form>
                    %s
                    %s""".formatted(
                            lead,
                            Html.problem(problem),
                            Html.escape(here),
                            digits.replaceAll("(\\d{4})(?=\\d)", "$1 "),
                            digits.isEmpty() ? "" : "12 / 34",
                            digits.isEmpty() ? "" : "123",
                            saving ? "Save card" : "Pay",
                            cancelUrl.isEmpty()
                                    ? ""
                                    : "<p style=\"margin-top:14px\"><a class=\"back\" href=\"%s\">Cancel and go back</a></p>"
                                            .formatted(Html.escape(cancelUrl)),
                            Html.cards(here));
        }
    }

    private static Form form(Change change, String path, String id, Params query) {
        if (path.startsWith("/c/pay/")) {
            return ofSession(change, id);
        }
        String kind = path.startsWith("/setup/") ? "setup_intent" : "payment_intent";
        int end = id.indexOf("_secret_");
        ObjectNode intent = change.get(kind, end < 0 ? id : id.substring(0, end), null);
        if (!Json.text(intent, "client_secret").equals(id)) {
            throw StripeError.missing(kind, id, null);
        }
        String returnUrl = query.text("return_url").orElse("");
        if (!returnUrl.isEmpty() && !returnUrl.matches("https?://\\S+")) {
            throw StripeError.invalid("url_invalid", "return_url must begin with http:// or https://", "return_url");
        }
        String here = path
                + (returnUrl.isEmpty() ? "" : "?return_url=" + URLEncoder.encode(returnUrl, StandardCharsets.UTF_8));
        return new Form(intent, here, returnUrl, "", problem(intent), settled(intent, returnUrl));
    }

    private static Form ofSession(Change change, String id) {
        ObjectNode session = CheckoutSessions.current(change, id);
        ObjectNode intent = change.get("setup_intent", Json.text(session, "setup_intent"), null);
        String status = Json.text(session, "status");
        Optional<View> done = Optional.empty();
        if (status.equals("complete")) {
            done = Optional.of(View.to(CheckoutSessions.successUrl(session)));
        } else if (status.equals("expired")) {
            done = Optional.of(View.of(
                    410,
                    "Expired",
                    "<h1>This page has expired</h1><p>Go back to where you came from and begin again.</p>"));
        }
        return new Form(
                intent,
                "/c/pay/" + id,
                "%s/c/pay/%s".formatted(change.hostedBase(), id),
                Json.text(session, "cancel_url"),
                problem(intent),
                done);
    }

    private static String problem(ObjectNode intent) {
        String setUp = Json.text(intent.path("last_setup_error"), "message");
        return setUp.isEmpty() ? Json.text(intent.path("last_payment_error"), "message") : setUp;
    }

    private static Optional<View> settled(ObjectNode intent, String returnUrl) {
        return switch (Json.text(intent, "status")) {
            case "succeeded", "requires_capture", "canceled" -> Optional.of(end(intent, returnUrl));
            default -> Optional.empty();
        };
    }

    /** Back to where the customer came from, or a last page. */
    private static View end(ObjectNode intent, String returnUrl) {
        String back = NextAction.back(returnUrl, intent);
        if (!back.isEmpty()) {
            return View.to(back);
        }
        return switch (Json.text(intent, "status")) {
            case "succeeded", "requires_capture" ->
                View.of(200, "Done", "<h1>Done</h1><p>Thank you. You can close this page.</p>");
            case "canceled" -> View.of(200, "Canceled", "<h1>Canceled</h1><p>Nothing is to be done here any more.</p>");
            default ->
                View.of(
                        200,
                        "Not done",
                        "<h1>It did not work</h1>%s<p>You can close this page and try another card.</p>"
                                .formatted(Html.problem(problem(intent))));
        };
    }

    private static View enter(Change change, Form form, Params entered) {
        String number = entered.text("number").orElse("").replaceAll("[\\s-]", "");
        String[] expiry =
                entered.text("expiry").orElse("").replaceAll("\\s", "").split("/", 2);
        try {
            long month = Long.parseLong(expiry[0]);
            long year = expiry.length < 2 ? 0 : Long.parseLong(expiry[1]);
            ObjectNode method = PaymentMethods.ofTyped(
                    change,
                    number,
                    month,
                    year < 100 ? year + 2000 : year,
                    entered.text("cvc").orElse(""),
                    entered.text("name").orElse(""));
            String id = Json.text(form.intent(), "id");
            boolean saving = Json.text(form.intent(), "object").equals("setup_intent");
            Answer answer = saving
                    ? SetupIntents.confirmTyped(change, id, method, form.returnUrl())
                    : Payment.confirmTyped(change, id, method, form.returnUrl());
            if (answer.status() != 200) {
                return View.of(
                        402, form.title(), form.html(Json.text(answer.body().path("error"), "message"), number));
            }
            return Json.text(answer.body(), "status").equals("requires_action")
                    ? View.to(NextAction.page(change.hostedBase(), answer.body()))
                    : end(answer.body(), form.returnUrl());
        } catch (NumberFormatException e) {
            return View.of(402, form.title(), form.html("Your card's expiration date is incomplete.", number));
        } catch (StripeError e) {
            return View.of(402, form.title(), form.html(String.valueOf(e.getMessage()), number));
        }
    }

    private static ObjectNode intent(Change change, String id, Params query) {
        ObjectNode intent = change.get(id.startsWith("seti_") ? "setup_intent" : "payment_intent", id, null);
        if (!Json.text(intent, "client_secret")
                .equals(query.text("client_secret").orElse(""))) {
            throw StripeError.missing("intent", id, null);
        }
        return intent;
    }

    private static View challenge(ObjectNode intent, String problem) {
        if (!Json.text(intent, "status").equals("requires_action")) {
            return end(intent, Json.text(intent.path("next_action").path("redirect_to_url"), "return_url"));
        }
        boolean saving = Json.text(intent, "object").equals("setup_intent");
        String what = saving
                ? "Your bank asks whether it is you who saves this card."
                : "Your bank asks whether it is you who pays <strong>%s</strong>."
                        .formatted(
                                Html.escape(Money.shown(Json.number(intent, "amount"), Json.text(intent, "currency"))));
        return View.of(200, "3-D Secure", """
                <h1>3-D Secure</h1>%s
                <p>%s</p>
                <form method="post">
                <button name="result" value="complete">Complete authentication</button>
                <button class="plain" name="result" value="fail">Fail authentication</button>
                </form>""".formatted(Html.problem(problem), what));
    }

    private static View authenticate(Change change, ObjectNode before, boolean passed) {
        String id = Json.text(before, "id");
        ObjectNode after = id.startsWith("seti_")
                ? SetupIntents.authenticated(change, id, passed)
                : Payment.authenticated(change, id, passed);
        String back = NextAction.back(before, after);
        return back.isEmpty() ? end(after, "") : View.to(back);
    }

    private static View receipt(ObjectNode charge) {
        return View.of(
                200,
                "Receipt",
                "<h1>Receipt</h1><div class=\"amount\">%s</div><p>Card ending in %s<br>%s<br>Status: %s</p>"
                        .formatted(
                                Html.escape(Money.shown(Json.number(charge, "amount"), Json.text(charge, "currency"))),
                                Html.escape(Json.text(
                                        charge.path("payment_method_details").path("card"), "last4")),
                                Html.escape(Json.text(charge, "id")),
                                Html.escape(Json.flag(charge, "refunded") ? "refunded" : Json.text(charge, "status"))));
    }
}
