package dev.berth.gateway.login;

import dev.berth.gateway.edge.Words;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the sign-in by an OpenID provider (OpenID Connect Core 1.0).
 *
 * @param issuer as the provider names itself, https but on loopback; empty: there is no provider
 * @param clientId of this Berth at the provider
 * @param clientSecret that goes with it; empty with no file: a public client, which has PKCE only
 * @param clientSecretFile a file with it instead, read at each use
 * @param name what the button says; empty: the issuer's host
 * @param scopes that are asked for; {@code openid} is among them
 * @param signUp whether people whom nobody knows here may sign up by it
 * @param trustEmail whether an address of which the provider says that it is verified is taken for proven: links the login to who has it
 */
@ConfigurationProperties("berth.oidc")
public record OidcProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("") String clientSecretFile,
        @DefaultValue("") String name,
        @DefaultValue({"openid", "email", "profile"}) List<String> scopes,
        @DefaultValue("false") boolean signUp,
        @DefaultValue("false") boolean trustEmail) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");
    private static final int MAX_NAME = 40;

    public OidcProperties {
        scopes = List.copyOf(scopes);
        if (!issuer.isEmpty()) {
            URI uri = URI.create(issuer);
            if (!isSafe(uri) || uri.getQuery() != null || uri.getFragment() != null) {
                throw new IllegalArgumentException(
                        "berth.oidc.issuer is an https URL without query and fragment, or http on loopback, not '%s'"
                                .formatted(issuer));
            }
            if (clientId.isBlank() || !scopes.contains("openid")) {
                throw new IllegalArgumentException(
                        "berth.oidc needs a client-id, and openid among its scopes, beside the issuer");
            }
            name = name.isBlank() ? uri.getHost() : name.strip();
            if (name.length() > MAX_NAME || !Words.isPlain(name)) {
                throw new IllegalArgumentException("berth.oidc.name has at most %d characters".formatted(MAX_NAME));
            }
        }
        if (!clientSecret.isEmpty() && !clientSecretFile.isEmpty()) {
            throw new IllegalArgumentException("berth.oidc has a client-secret or a client-secret-file, not both");
        }
    }

    /** Whether there is a provider. */
    public boolean isSet() {
        return !issuer.isEmpty();
    }

    /** Whether a URL may be called with a secret: over TLS, or on this machine where the issuer is there too. */
    boolean allows(URI uri) {
        return isSafe(uri) && ("https".equals(uri.getScheme()) || issuer.startsWith("http:"));
    }

    private static boolean isSafe(URI uri) {
        return uri.getHost() != null
                && uri.getUserInfo() == null
                && ("https".equals(uri.getScheme())
                        || ("http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost())));
    }

    /** The secret, from where it is kept; empty for none. */
    String secret() {
        if (clientSecretFile.isEmpty()) {
            return clientSecret;
        }
        try {
            return Files.readString(Path.of(clientSecretFile)).strip();
        } catch (IOException e) {
            throw new IllegalStateException("berth.oidc.client-secret-file cannot be read: " + clientSecretFile, e);
        }
    }

    @Override
    public String toString() {
        return "OidcProperties[issuer=%s, clientId=%s]".formatted(issuer, clientId); // never the secret
    }
}
