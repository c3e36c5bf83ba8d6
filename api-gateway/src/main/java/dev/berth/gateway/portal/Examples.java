package dev.berth.gateway.portal;

import jakarta.servlet.http.HttpServletRequest;

/** Calls to copy, with the address that the visitor came to. */
final class Examples {
    /** How a receiver of webhooks knows that one is from here. */
    static final String VERIFY_PYTHON = """
            import base64, hashlib, hmac, time

            def verify(secret, headers, body):  # body: bytes, as they came
                event, at = headers["webhook-id"], headers["webhook-timestamp"]
                if abs(time.time() - int(at)) > 300:
                    return False
                key = base64.b64decode(secret.removeprefix("whsec_"))
                signed = f"{event}.{at}.".encode() + body
                mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                given = headers["webhook-signature"].split(" ")
                return any(hmac.compare_digest(f"v1,{mac}", one) for one in given)""";

    /** The same. */
    static final String VERIFY_JAVASCRIPT = """
            const { createHmac, timingSafeEqual } = require("node:crypto");

            function verify(secret, headers, body) { // body: a Buffer, as it came
              const id = headers["webhook-id"], at = headers["webhook-timestamp"];
              if (!(Math.abs(Date.now() / 1000 - at) <= 300)) return false;
              const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
              const mac = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest();
              return headers["webhook-signature"].split(" ").some((one) => {
                const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
                return given.length === mac.length && timingSafeEqual(given, mac);
              });
            }""";

    private Examples() {}

    static String firstWorkload(HttpServletRequest request) {
        return """
                export BERTH=%s
                export KEY=berth_sk_…

                curl -s $BERTH/v1/workloads -H "Authorization: Bearer $KEY" \\
                  -H "Content-Type: application/json" -H "Idempotency-Key: first-web" \\
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

    /** A write that may be sent again, and one that only says what it would do. */
    static String write(HttpServletRequest request) {
        return """
                curl -s "%1$s/v1/workloads?dry_run=true" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
                  -d '{"name": "web", "kind": "service", "image": "berth/sample:1", "size": "xs"}'

                curl -s "%1$s/v1/workloads" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
                  -H "Idempotency-Key: web-of-monday" \\
                  -d '{"name": "web", "kind": "service", "image": "berth/sample:1", "size": "xs", "labels": {"tier": "front"}}'""".formatted(origin(request));
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
