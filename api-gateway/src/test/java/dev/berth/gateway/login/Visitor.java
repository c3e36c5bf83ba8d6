package dev.berth.gateway.login;

import dev.berth.gateway.Api;
import dev.berth.gateway.edge.Csrf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A browser without a screen: it follows redirects from one server to the other and keeps the cookies of each. Not thread-safe. */
final class Visitor {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Where it stands now. */
    record Page(URI at, int status, String body, @Nullable String location) {}

    private final String publicUrl;
    private final String base;
    private final Map<String, Map<String, String>> cookies = new LinkedHashMap<>();

    /** One who reaches the public URL of Berth at where it really listens, as a name server tells. */
    Visitor(String publicUrl, String base) {
        this.publicUrl = publicUrl;
        this.base = base;
    }

    /** Opens a page, by redirects too. */
    Page open(String address) {
        return open(address, _ -> false);
    }

    /** The same, up to a redirect that is not to be followed. */
    Page open(String address, Predicate<String> stop) {
        return follow(send(uri(address), null), stop);
    }

    /** Sends a form of the page, with the token that it has. */
    Page submit(String address, Map<String, String> fields) {
        return submit(address, fields, _ -> false);
    }

    Page submit(String address, Map<String, String> fields, Predicate<String> stop) {
        return follow(send(uri(address), fields), stop);
    }

    /** Signs in with the provider's own form, from wherever it was sent there. */
    Page signInAt(TestProvider provider, TestProvider.Somebody who, Predicate<String> stop) {
        String login = provider.issuer() + "/login";
        return submit(
                login,
                Map.of(
                        "username", who.subject(),
                        "password", TestProvider.PASSWORD,
                        "_csrf", token(open(login).body())),
                stop);
    }

    private Page follow(Page first, Predicate<String> stop) {
        Page page = first;
        for (int i = 0; i < 10 && page.location() != null && !stop.test(page.location()); i++) {
            String to = page.location().startsWith(base + "/") // it is told no other name than where it listens
                    ? publicUrl + page.location().substring(base.length())
                    : page.location();
            page = send(page.at().resolve(URI.create(to)), null);
        }
        return page;
    }

    private URI uri(String address) {
        return URI.create(address.startsWith("/") ? publicUrl + address : address);
    }

    /** The value of a cookie of Berth, null for none. */
    @Nullable
    String cookie(String name) {
        return cookies.getOrDefault(origin(URI.create(publicUrl)), Map.of()).get(name);
    }

    /** The API in its session, called as the portal's script does. */
    Api asApi(Api nobody) {
        String session = Objects.requireNonNull(cookie("berth"), "nobody is signed in");
        return nobody.with("Cookie", "berth=" + session).with("X-CSRF-Token", Csrf.tokenOf(session));
    }

    /** The link that a page of Berth has to the provider. */
    static String away(TestProvider provider, Page leave) {
        return leave.body()
                .replaceAll("(?s).*href=\"(" + provider.issuer() + "/oauth2/authorize[^\"]*)\".*", "$1")
                .replace("&amp;", "&");
    }

    /** The token that forms of a page carry. */
    static String token(String body) {
        Matcher found =
                Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]*)\"").matcher(body);
        return found.find() ? found.group(1) : "";
    }

    private Page send(URI uri, @Nullable Map<String, String> form) {
        String real = uri.toString().startsWith(publicUrl)
                ? base + uri.toString().substring(publicUrl.length())
                : uri.toString();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(real))
                .timeout(Duration.ofSeconds(30))
                .header("Accept", "text/html");
        Map<String, String> jar = cookies.computeIfAbsent(origin(uri), _ -> new LinkedHashMap<>());
        if (!jar.isEmpty()) {
            request.header(
                    "Cookie",
                    jar.entrySet().stream()
                            .map(one -> one.getKey() + "=" + one.getValue())
                            .collect(Collectors.joining("; ")));
        }
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                            .map(field ->
                                    field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                            .collect(Collectors.joining("&"))));
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(cookie -> keep(jar, cookie));
            return new Page(
                    uri,
                    response.statusCode(),
                    response.body(),
                    response.statusCode() / 100 == 3
                            ? response.headers().firstValue("Location").orElse(null)
                            : null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void keep(Map<String, String> jar, String cookie) {
        String pair = cookie.split(";", 2)[0];
        String name = pair.substring(0, pair.indexOf('='));
        String value = pair.substring(pair.indexOf('=') + 1);
        if (value.isEmpty()) {
            jar.remove(name);
        } else {
            jar.put(name, value);
        }
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }
}
