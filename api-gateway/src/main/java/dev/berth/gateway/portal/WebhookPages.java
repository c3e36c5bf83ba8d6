package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.webhook.Deliveries;
import dev.berth.gateway.webhook.DeliveryState;
import dev.berth.gateway.webhook.DeliveryView;
import dev.berth.gateway.webhook.EndpointRequest;
import dev.berth.gateway.webhook.EndpointView;
import dev.berth.gateway.webhook.Webhooks;
import dev.berth.schema.Cause;
import dev.berth.schema.id.WebhookEndpointId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Webhooks: endpoints made (their secret shown once), changed, tested, deleted; their log, a delivery with its attempts, replays. */
@Controller
class WebhookPages {
    private static final int LATEST = 25;

    private final Webhooks webhooks;
    private final Deliveries deliveries;
    private final Shells shells;

    WebhookPages(Webhooks webhooks, Deliveries deliveries, Shells shells) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.shells = shells;
    }

    @GetMapping("/webhooks")
    @Requires(Scope.WEBHOOKS_READ)
    String list(Principal.Customer visitor, Model model, HttpServletRequest request) {
        return page(visitor, null, List.of(), model, request);
    }

    private String page(
            Principal.Customer visitor,
            @Nullable Refusal refusal,
            List<String> chosen,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute(
                "endpoints",
                webhooks.list(visitor.account()).stream()
                        .map(one -> WebhookCard.of(one, format))
                        .toList());
        model.addAttribute("kinds", kinds(chosen));
        model.addAttribute("may", visitor.may(Scope.WEBHOOKS_WRITE));
        problem(refusal, model);
        model.addAttribute("example", Examples.get(request, "/v1/webhook_endpoints"));
        return "webhooks";
    }

    private static void problem(@Nullable Refusal refusal, Model model) {
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
    }

    private static List<WebhookCard.Kind> kinds(List<String> chosen) {
        List<String> all = new ArrayList<>(Webhooks.kinds());
        chosen.stream().filter(filter -> !all.contains(filter)).forEach(all::add);
        return all.stream()
                .map(kind -> new WebhookCard.Kind(kind, chosen.contains(kind)))
                .toList();
    }

    @PostMapping("/webhooks")
    @Requires(Scope.WEBHOOKS_WRITE)
    String make(
            @RequestParam(defaultValue = "") String url,
            @RequestParam(defaultValue = "") String description,
            @RequestParam(required = false) @Nullable List<String> events,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        List<String> chosen = events == null ? List.of() : List.copyOf(events);
        try {
            EndpointView made = webhooks.create(
                    visitor, new EndpointRequest(url.strip(), description, new ArrayList<>(chosen), null), () -> {});
            return show(made, null, visitor, model, request);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("url", url);
            model.addAttribute("description", description);
            return page(visitor, refusal, chosen, model, request);
        }
    }

    @GetMapping("/webhooks/{id}")
    @Requires(Scope.WEBHOOKS_READ)
    String one(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        return show(webhooks.get(visitor.account(), Webhooks.parse(id)), null, visitor, model, request);
    }

    /** An endpoint's page; its secret stands there if the view has it. */
    private String show(
            EndpointView view,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        String asked = request.getParameter("state");
        String state = asked == null || asked.isEmpty() ? null : asked;
        Paging paging = Paging.parse(Integer.toString(LATEST), request.getParameter("cursor"));
        Page<DeliveryView> log = deliveries.list(visitor.account(), view.id(), state, paging);
        model.addAttribute("e", WebhookCard.of(view, format));
        model.addAttribute("secret", view.secret());
        model.addAttribute("kinds", kinds(view.events()));
        model.addAttribute(
                "deliveries",
                log.data().stream().map(one -> WebhookCard.Row.of(one, format)).toList());
        model.addAttribute("nextCursor", log.nextCursor());
        model.addAttribute("first", paging.isFirst());
        model.addAttribute("state", state);
        model.addAttribute("filters", filters(view.id(), state));
        model.addAttribute("may", visitor.may(Scope.WEBHOOKS_WRITE));
        problem(refusal, model);
        return "webhook";
    }

    private static List<Shell.Link> filters(WebhookEndpointId id, @Nullable String state) {
        List<Shell.Link> links = new ArrayList<>();
        links.add(new Shell.Link("/webhooks/" + id, "All", state == null));
        for (DeliveryState one :
                List.of(DeliveryState.WAITING, DeliveryState.SUCCEEDED, DeliveryState.FAILED, DeliveryState.HELD)) {
            links.add(new Shell.Link(
                    "/webhooks/%s?state=%s".formatted(id, one.text()),
                    WebhookCard.name(one),
                    one.text().equals(state)));
        }
        return links;
    }

    @GetMapping("/webhooks/{id}/deliveries/{delivery}")
    @Requires(Scope.WEBHOOKS_READ)
    String delivery(
            @PathVariable String id,
            @PathVariable String delivery,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        return delivery(Webhooks.parse(id), delivery, null, visitor, model, request);
    }

    private String delivery(
            WebhookEndpointId id,
            String delivery,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        DeliveryView view = deliveries.get(visitor, id, delivery);
        List<DeliveryView.Attempt> log = view.log() == null ? List.of() : view.log();
        model.addAttribute("e", WebhookCard.of(webhooks.get(visitor.account(), id), format));
        model.addAttribute("d", WebhookCard.Row.of(view, format));
        model.addAttribute("body", view.body());
        model.addAttribute(
                "log",
                log.stream().map(one -> WebhookCard.Tried.of(one, format)).toList());
        model.addAttribute("may", visitor.may(Scope.WEBHOOKS_WRITE));
        problem(refusal, model);
        return "delivery";
    }

    @PostMapping("/webhooks/{id}/deliveries/{delivery}/replay")
    @Requires(Scope.WEBHOOKS_WRITE)
    String replay(
            @PathVariable String id,
            @PathVariable String delivery,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WebhookEndpointId endpoint = Webhooks.parse(id);
        try {
            DeliveryView again = deliveries.replay(visitor.account(), endpoint, delivery);
            return "redirect:/webhooks/%s/deliveries/%s".formatted(endpoint, again.id());
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return delivery(endpoint, delivery, refusal, visitor, model, request);
        }
    }

    @PostMapping("/webhooks/{id}/rotate")
    @Requires(Scope.WEBHOOKS_WRITE)
    String rotate(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        return show(webhooks.rotate(visitor.account(), Webhooks.parse(id), null), null, visitor, model, request);
    }

    @PostMapping("/webhooks/{id}/change")
    @Requires(Scope.WEBHOOKS_WRITE)
    String change(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String url,
            @RequestParam(defaultValue = "") String description,
            @RequestParam(required = false) @Nullable List<String> events,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WebhookEndpointId endpoint = Webhooks.parse(id);
        EndpointRequest wish = new EndpointRequest(
                url.strip(), description, events == null ? List.of() : new ArrayList<>(events), null);
        try {
            EndpointView changed = webhooks.change(visitor, endpoint, wish, null, () -> {});
            return "redirect:/webhooks/" + changed.id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("url", url);
            model.addAttribute("description", description);
            return show(webhooks.get(visitor.account(), endpoint), refusal, visitor, model, request);
        }
    }

    @PostMapping("/webhooks/{id}/{word}")
    @Requires(Scope.WEBHOOKS_WRITE)
    String act(
            @PathVariable String id,
            @PathVariable String word,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WebhookEndpointId endpoint = Webhooks.parse(id);
        try {
            return "redirect:" + done(word, endpoint, visitor, context.cause());
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return show(webhooks.get(visitor.account(), endpoint), refusal, visitor, model, request);
        }
    }

    /** Does what a button says, and answers where to look then. */
    private String done(String word, WebhookEndpointId endpoint, Principal.Customer visitor, Cause cause) {
        String page = "/webhooks/" + endpoint;
        return switch (word) {
            case "test" ->
                "%s/deliveries/%s"
                        .formatted(
                                page,
                                deliveries
                                        .test(visitor.account(), endpoint, cause)
                                        .id());
            case "enable", "disable" -> {
                EndpointRequest wish = new EndpointRequest(null, null, null, word.equals("disable"));
                EndpointView _ = webhooks.change(visitor, endpoint, wish, null, () -> {});
                yield page;
            }
            case "replay" -> {
                Deliveries.Replayed _ = deliveries.replaySince(visitor.account(), endpoint, Instant.EPOCH);
                yield page;
            }
            case "delete" -> {
                webhooks.delete(visitor.account(), endpoint, null);
                yield "/webhooks";
            }
            default -> throw Refusal.notFound("page", word);
        };
    }
}
