package dev.berth.gateway.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.AuthorizedParty;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.berth.gateway.account.PasswordUse;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.gateway.mail.MailProperties;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The OpenID provider of the settings: found by its discovery document, asked with the authorization code flow and PKCE, believed
 * only after all checks of OpenID Connect Core 1.0, section 3.1.3.7. Document and keys are kept for a while; a key that is not among
 * those kept is looked for once more, so that the provider may change its keys at any time. Thread-safe.
 */
@Component
class Provider {
    /** Where the provider sends people back to; the whole URL is registered there. */
    static final String CALLBACK = "/signin/oidc/callback";

    /** Signatures with a public key; neither {@code none} nor those with a shared secret. */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** How far the provider's clock may be from ours. */
    static final int SKEW_S = 60;

    /** The oldest that an ID token is when it is given to us; it was made for this call. */
    static final Duration OLDEST = Duration.ofMinutes(10);

    /** How old a sign-in at the provider may be where one is asked for again: so that most of the time it counts is left. */
    private static final int MAX_AGE_S = 60;

    private static final Duration DOCUMENT_KEPT = Duration.ofHours(1);
    private static final long KEYS_KEPT_MS = Duration.ofMinutes(10).toMillis();
    private static final long KEYS_APART_MS = 1_000;
    private static final int MAX_CODE = 4_096;
    private static final int MAX_SUBJECT = 255;
    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);

    /** What discovery found, and since when. */
    private record Found(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, Instant at) {}

    private final OidcProperties properties;
    private final ProviderCalls calls;
    private final URI redirect;
    private final InstantSource clock;
    private volatile @Nullable Found found;

    Provider(OidcProperties properties, MailProperties mail, PasswordUse passwords, InstantSource clock) {
        if (!passwords.allowed() && !properties.isSet()) {
            throw new IllegalStateException(
                    "berth.passwords is off and berth.oidc.issuer is not set, so that nobody could sign in");
        }
        this.properties = properties;
        this.calls = new ProviderCalls(properties, ProviderCalls.DEADLINE);
        this.redirect = URI.create(mail.publicUrl() + CALLBACK);
        this.clock = clock;
    }

    /** The settings. */
    OidcProperties properties() {
        return properties;
    }

    /**
     * Where a browser goes to sign in.
     *
     * @param again whether the provider is to have people sign in who did so a while ago
     * @throws Refusal 404 if there is no provider, 503 if it does not answer
     */
    URI address(FlowSecret secret, boolean again) {
        AuthenticationRequest.Builder request = new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope(properties.scopes().toArray(String[]::new)), client(), redirect)
                .endpointURI(discovered().metadata().getAuthorizationEndpointURI())
                .state(new State(secret.state()))
                .nonce(new Nonce(secret.nonce()))
                .codeChallenge(new CodeVerifier(secret.verifier()), CodeChallengeMethod.S256);
        return (again ? request.maxAge(MAX_AGE_S) : request).build().toURI();
    }

    /**
     * Checks who sent somebody back (RFC 9207), which the provider says if it can.
     *
     * @throws Refusal 401 for another one
     */
    void checkIssuer(@Nullable String issuer) {
        boolean says = discovered().metadata().supportsAuthorizationResponseIssuerParam();
        if (issuer == null ? says : !issuer.equals(properties.issuer())) {
            throw refused("The answer comes from another provider than was asked.");
        }
    }

    /**
     * Gives a code for what it stands for, and checks that.
     *
     * @throws Refusal 401 {@code provider_refused} for a code that does not count and for a token that does not hold; 503 if the
     *     provider does not answer
     */
    Proven exchange(String code, FlowSecret secret) {
        if (code.isEmpty() || code.length() > MAX_CODE) {
            throw refused("The provider sent no code that could be one.");
        }
        Found provider = discovered();
        try {
            OIDCTokenResponse tokens = tokens(provider.metadata(), code, secret);
            IDTokenClaimsSet claims =
                    validator(provider.keys()).validate(tokens.getOIDCTokens().getIDToken(), new Nonce(secret.nonce()));
            return proven(claims, provider.metadata(), tokens.getOIDCTokens().getAccessToken());
        } catch (KeySourceException | IOException e) {
            throw unavailable(e);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            LOG.atWarn().setCause(e).log("A sign-in by the provider was refused");
            throw refused("Its ID token was refused: %s.".formatted(Words.cut(String.valueOf(e.getMessage()))))
                    .because(e);
        }
    }

    private OIDCTokenResponse tokens(OIDCProviderMetadata metadata, String code, FlowSecret secret)
            throws IOException, ParseException {
        AuthorizationCodeGrant grant =
                new AuthorizationCodeGrant(new AuthorizationCode(code), redirect, new CodeVerifier(secret.verifier()));
        URI endpoint = metadata.getTokenEndpointURI();
        ClientAuthentication authentication = authentication(metadata);
        TokenRequest request = authentication == null
                ? new TokenRequest.Builder(endpoint, client(), grant).build()
                : new TokenRequest.Builder(endpoint, authentication, grant).build();
        TokenResponse response =
                OIDCTokenResponseParser.parse(request.toHTTPRequest().send(calls));
        if (!response.indicatesSuccess()) {
            String why =
                    String.valueOf(response.toErrorResponse().getErrorObject().getCode());
            LOG.atWarn().addKeyValue("error", Words.cut(why)).log("The provider did not take a code");
            throw refused("The provider did not take the code that it had sent: %s.".formatted(Words.cut(why)));
        }
        OIDCTokenResponse tokens = (OIDCTokenResponse) response.toSuccessResponse();
        if (tokens.getOIDCTokens().getIDToken() == null) {
            throw new ParseException("there is no ID token");
        }
        return tokens;
    }

    private @Nullable ClientAuthentication authentication(OIDCProviderMetadata metadata) {
        String secret = properties.secret();
        if (secret.isEmpty()) {
            return null;
        }
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean post = methods != null
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return post
                ? new ClientSecretPost(client(), new Secret(secret))
                : new ClientSecretBasic(client(), new Secret(secret));
    }

    private IDTokenValidator validator(JWKSource<SecurityContext> keys) {
        IDTokenValidator validator = new IDTokenValidator(
                new Issuer(properties.issuer()), client(), new JWSVerificationKeySelector<>(ALGORITHMS, keys), null);
        validator.setMaxClockSkew(SKEW_S);
        return validator;
    }

    private Proven proven(IDTokenClaimsSet claims, OIDCProviderMetadata metadata, @Nullable AccessToken token)
            throws IOException, ParseException {
        if (claims.getIssueTime().toInstant().isBefore(clock.instant().minus(OLDEST))) {
            throw new ParseException("it was issued more than %d minutes ago".formatted(OLDEST.toMinutes()));
        }
        AuthorizedParty party = claims.getAuthorizedParty();
        boolean ours = party != null && party.getValue().equals(properties.clientId());
        if (party == null ? claims.getAudience().size() > 1 : !ours) {
            throw new ParseException("it was made for another client of the provider");
        }
        String subject = claims.getSubject().getValue();
        if (subject.isBlank() || subject.length() > MAX_SUBJECT || !Words.isPlain(subject)) {
            throw new ParseException("its subject is no subject");
        }
        ClaimsSet told = claims;
        if (claims.getStringClaim("email") == null && metadata.getUserInfoEndpointURI() != null && token != null) {
            UserInfo info = userInfo(metadata.getUserInfoEndpointURI(), token);
            if (info != null && info.getSubject().getValue().equals(subject)) {
                told = info;
            }
        }
        Date signedInAt = claims.getAuthenticationTime();
        return new Proven(
                properties.issuer(),
                subject,
                line(told.getStringClaim("email")),
                Boolean.TRUE.equals(told.getBooleanClaim("email_verified")),
                line(told.getStringClaim("name")),
                signedInAt == null ? null : signedInAt.toInstant());
    }

    /** What the provider tells beside the ID token: most tell the address only here (section 5.4). Null if it does not. */
    private @Nullable UserInfo userInfo(URI endpoint, AccessToken token) throws IOException, ParseException {
        UserInfoResponse response = UserInfoResponse.parse(
                new UserInfoRequest(endpoint, token).toHTTPRequest().send(calls));
        return response.indicatesSuccess() ? response.toSuccessResponse().getUserInfo() : null;
    }

    private static String line(@Nullable String text) {
        return text == null || text.length() > MAX_SUBJECT || !Words.isPlain(text) ? "" : text.strip();
    }

    /** The provider as its document describes it now. */
    private Found discovered() {
        if (!properties.isSet()) {
            throw Refusal.of(ErrorCode.NOT_FOUND, "No provider is set up here.").hint("Sign in with a password.");
        }
        Found known = found;
        if (known != null && clock.instant().isBefore(known.at().plus(DOCUMENT_KEPT))) {
            return known;
        }
        try {
            Found now = discover();
            found = now;
            return now;
        } catch (IOException | ParseException e) {
            throw unavailable(e);
        }
    }

    private Found discover() throws IOException, ParseException {
        String issuer = properties.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(
                calls.retrieveResource(url(URI.create(base + "/.well-known/openid-configuration")))
                        .getContent());
        if (!metadata.getIssuer().getValue().equals(issuer)) {
            throw new ParseException("the document of %s is of the issuer %s"
                    .formatted(issuer, Words.cut(metadata.getIssuer().getValue())));
        }
        URI authorization = metadata.getAuthorizationEndpointURI();
        if (authorization == null
                || metadata.getTokenEndpointURI() == null
                || !properties.allows(authorization)
                || !properties.allows(metadata.getTokenEndpointURI())
                || !properties.allows(metadata.getJWKSetURI())) {
            throw new ParseException("the document of %s names endpoints that are not to be called".formatted(issuer));
        }
        JWKSource<SecurityContext> keys = JWKSourceBuilder.<SecurityContext>create(url(metadata.getJWKSetURI()), calls)
                .cache(KEYS_KEPT_MS, ProviderCalls.DEADLINE.toMillis() * 2)
                .refreshAheadCache(false)
                .rateLimited(KEYS_APART_MS)
                .build();
        return new Found(metadata, keys, clock.instant());
    }

    private static java.net.URL url(URI uri) throws MalformedURLException {
        return uri.toURL();
    }

    private ClientID client() {
        return new ClientID(properties.clientId());
    }

    private static Refusal refused(String detail) {
        return Refusal.of(ErrorCode.PROVIDER_REFUSED, detail);
    }

    private Refusal unavailable(Exception cause) {
        LOG.atWarn().addKeyValue("issuer", properties.issuer()).setCause(cause).log("The provider cannot be used");
        return Refusal.of(
                        ErrorCode.PROVIDER_UNAVAILABLE,
                        "%s could not be asked.".formatted(Objects.requireNonNull(properties.name())))
                .retryAfter(Duration.ofSeconds(60))
                .because(cause);
    }
}
