package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.Containers;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.stack.ShellWords;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * A terminal in a container, or somebody attached to its main process, which runs no program. The page's script opens the WebSocket of {@code GET /v1/containers/{id}/exec}. It does so by itself only
 * where the portal's own pages led here: a link from elsewhere, which may name any command, only shows it, and waits for its visitor.
 */
@Controller
class TerminalPage {
    private static final String SHELL = "/bin/sh";

    private final Containers containers;
    private final Workloads workloads;
    private final Shells shells;

    TerminalPage(Containers containers, Workloads workloads, Shells shells) {
        this.containers = containers;
        this.workloads = workloads;
        this.shells = shells;
    }

    @GetMapping("/containers/{id}/terminal")
    @Requires(Scope.WORKLOADS_WRITE)
    String page(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String command,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Shapes.Container container = containers.one(Asker.of(context), id);
        String typed = command == null || command.isBlank() ? SHELL : command.strip();
        Optional<List<String>> words = ShellWords.split(typed);
        boolean own = fromOwnPage(request);
        String path = "/v1/containers/%s/exec".formatted(container.id());
        show(container, visitor, format, model);
        model.addAttribute("attaches", false);
        model.addAttribute("command", typed);
        model.addAttribute("wrong", words.isEmpty() ? "a quote in it is not closed" : null);
        model.addAttribute("waits", !own && words.isPresent());
        model.addAttribute(
                "socket",
                words.filter(_ -> own).map(list -> path + "?" + query(list)).orElse(null));
        model.addAttribute("example", Examples.terminal(request, path));
        return "terminal";
    }

    @GetMapping("/containers/{id}/attach")
    @Requires(Scope.WORKLOADS_WRITE)
    String attached(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Shapes.Container container = containers.one(Asker.of(context), id);
        String path = "/v1/containers/%s/attach".formatted(container.id());
        show(container, visitor, format, model);
        model.addAttribute("attaches", true);
        model.addAttribute("wrong", null);
        model.addAttribute("waits", false);
        model.addAttribute("socket", path);
        model.addAttribute("example", Examples.attached(request, path));
        return "terminal";
    }

    private void show(Shapes.Container container, Principal.Customer visitor, Format format, Model model) {
        WorkloadView workload = workloads.get(
                visitor.account(),
                Workloads.parse(container.workload()).orElseThrow(() -> Workloads.missing(container.workload())));
        model.addAttribute("w", WorkloadCard.of(workload, format));
        model.addAttribute("c", WorkloadPages.ContainerRow.of(container, format));
    }

    /** Browsers say so in {@code Sec-Fetch-Site}; older ones, and all of them without TLS, by the {@code Referer} alone. */
    private static boolean fromOwnPage(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String referer = request.getHeader("Referer");
        String host = request.getHeader("Host");
        return referer != null
                && host != null
                && (referer.startsWith("https://" + host + "/") || referer.startsWith("http://" + host + "/"));
    }

    private static String query(List<String> words) {
        return words.stream()
                .map(word -> "command="
                        + URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("&"));
    }
}
