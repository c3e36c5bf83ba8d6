package dev.berth.gateway.portal;

import jakarta.servlet.http.HttpServletRequest;

/** Calls to copy, with the address that the visitor came to. */
final class Examples {
    private Examples() {}

    static String firstWorkload(HttpServletRequest request) {
        return """
                export BERTH=%s
                export KEY=berth_sk_…

                curl -s $BERTH/v1/workloads -H "Authorization: Bearer $KEY" \\
                  -H "Content-Type: application/json" -H "Idempotency-Key: $(uuidgen)" \\
                  -d '{"name": "web", "kind": "service", "image": "berth/sample:1", "size": "xs"}'""".formatted(origin(request));
    }

    static String signup(HttpServletRequest request) {
        return """
                # 1. An account and a key
                curl -s %1$s/v1/signup -H "Content-Type: application/json" \\
                  -d '{"email": "ada@example.com", "password": "a whole sentence is best", "name": "Ada"}'

                # 2. A container
                curl -s %1$s/v1/workloads -H "Authorization: Bearer berth_sk_…" -H "Content-Type: application/json" \\
                  -d '{"name": "web", "kind": "service", "image": "berth/sample:1", "size": "xs"}'""".formatted(origin(request));
    }

    /** A read with a key. */
    static String get(HttpServletRequest request, String path) {
        return "curl -s \"%s%s\" -H \"Authorization: Bearer $KEY\"".formatted(origin(request), path);
    }

    /** A stream with a key. */
    static String follow(HttpServletRequest request, String path) {
        return "curl -N \"%s%s\" -H \"Authorization: Bearer $KEY\" -H \"Accept: text/event-stream\""
                .formatted(origin(request), path);
    }

    /** A terminal with a key. */
    static String terminal(HttpServletRequest request, String path) {
        return "websocat -b \"%s%s?tty=false\" -H \"Authorization: Bearer $KEY\""
                .formatted(origin(request).replaceFirst("http", "ws"), path);
    }

    /** Attaching with a key. */
    static String attached(HttpServletRequest request, String path) {
        return "websocat -b \"%s%s\" -H \"Authorization: Bearer $KEY\""
                .formatted(origin(request).replaceFirst("http", "ws"), path);
    }

    /** Where the visitor came to, without a path. */
    static String origin(HttpServletRequest request) {
        int port = request.getServerPort();
        boolean usual = port == (request.isSecure() ? 443 : 80);
        return "%s://%s%s".formatted(request.getScheme(), request.getServerName(), usual ? "" : ":" + port);
    }
}
