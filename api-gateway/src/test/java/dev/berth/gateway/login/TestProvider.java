package dev.berth.gateway.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

/**
 * A real OpenID provider: Spring Authorization Server on a port of its own, with people who sign in by a form, and with switches for
 * what a provider must not do.
 */
final class TestProvider implements AutoCloseable {
    /** This Berth, as the provider knows it. */
    static final String CLIENT = "berth";

    static final String SECRET = "a secret of at least thirty-two characters";

    /** Of everybody. */
    static final String PASSWORD = "at the provider";

    /** What is wrong with its ID tokens. */
    enum Fault {
        NONE,
        WRONG_NONCE,
        WRONG_ISSUER,
        WRONG_AUDIENCE,
        WRONG_PARTY,
        EXPIRED,
        ISSUED_LONG_AGO,
        ISSUED_TOMORROW,
        NOT_SIGNED,
        SHARED_SECRET,
        UNKNOWN_KEY
    }

    /** What it does where somebody is to have signed in lately (max_age, OpenID Connect Core 1.0, section 3.1.2.1). */
    enum Again {
        /** It has people sign in again, and says when they did. */
        ASKS,
        /** It takes no notice, and says when they did. */
        IGNORES,
        /** It does not say when. */
        TELLS_NOTHING
    }

    /**
     * Somebody who has a login.
     *
     * @param quiet whether the ID token says nothing of the address, which only the endpoint for it tells then
     */
    record Somebody(String subject, String email, boolean verified, boolean quiet) {}

    private static final RSAKey ANOTHER_KEY = newKey();

    private final int port;
    private final String redirect;
    private final Map<String, Somebody> people = new ConcurrentHashMap<>();
    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    private final AtomicReference<Again> again = new AtomicReference<>(Again.ASKS);
    private final Map<String, Instant> signedIn = new ConcurrentHashMap<>();
    private final AtomicReference<RSAKey> key = new AtomicReference<>(newKey());
    private Tomcat tomcat;

    TestProvider(String redirect) {
        this.redirect = redirect;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        tomcat = started();
    }

    String issuer() {
        return "http://127.0.0.1:" + port;
    }

    /** Somebody new, whose password is the one of all. */
    Somebody somebody(String email, boolean verified) {
        return add(new Somebody("sub-" + UUID.randomUUID(), email, verified, false));
    }

    /** The same, of whose address the ID token says nothing. */
    Somebody quiet(String email) {
        return add(new Somebody("sub-" + UUID.randomUUID(), email, true, true));
    }

    /** Gives what is known of a subject another face: a provider may change an address. */
    Somebody add(Somebody one) {
        people.put(one.subject(), one);
        return one;
    }

    void fault(Fault now) {
        fault.set(now);
    }

    void again(Again now) {
        again.set(now);
    }

    /** From now on somebody's last sign-in with the form was so long ago. */
    void signedIn(Somebody who, Duration ago) {
        signedIn.put(who.subject(), Instant.now().minus(ago));
    }

    /** From now on another key signs, and the one before is not known any more. */
    void rotateKeys() {
        key.set(newKey());
    }

    void stop() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    void startAgain() {
        tomcat = started();
    }

    @Override
    public void close() {
        stop();
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Tomcat started() {
        try {
            Tomcat server = new Tomcat();
            server.setBaseDir(Files.createTempDirectory("provider").toString());
            server.setPort(port);
            server.getConnector().setProperty("address", "127.0.0.1");
            Context context = server.addContext("", null);
            Tomcat.addServlet(context, "nothing", new HttpServlet() {
                private static final long serialVersionUID = 1;
            });
            context.addServletMappingDecoded("/", "nothing");
            context.addServletContainerInitializer(
                    (_, servlets) -> {
                        AnnotationConfigWebApplicationContext beans = new AnnotationConfigWebApplicationContext();
                        beans.setServletContext(servlets);
                        beans.addBeanFactoryPostProcessor(factory -> factory.registerSingleton("provider", this));
                        beans.register(Server.class);
                        beans.refresh();
                        servlets.addFilter("security", new DelegatingFilterProxy("springSecurityFilterChain", beans))
                                .addMappingForUrlPatterns(null, false, "/*");
                    },
                    null);
            server.start();
            return server;
        } catch (IOException | LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How Spring's parts are set up. It is no component, or the gateway's own context would find it. */
    @EnableWebSecurity
    static class Server {
        @Bean
        SecurityFilterChain chain(HttpSecurity http, TestProvider provider) {
            return http.oauth2AuthorizationServer(server ->
                            server.oidc(oidc -> oidc.userInfoEndpoint(info -> info.userInfoMapper(context ->
                                    provider.info(context.getAuthorization().getPrincipalName())))))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .oauth2ResourceServer(tokens -> tokens.jwt(Customizer.withDefaults()))
                    .formLogin(form -> form.successHandler(new SavedRequestAwareAuthenticationSuccessHandler() {
                        @Override
                        public void onAuthenticationSuccess(
                                HttpServletRequest request, HttpServletResponse response, Authentication who)
                                throws ServletException, IOException {
                            provider.signedIn.put(who.getName(), Instant.now());
                            super.onAuthenticationSuccess(request, response, who);
                        }
                    }))
                    .addFilterAfter(provider::askAgain, SecurityContextHolderFilter.class)
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
        }

        @Bean
        RegisteredClientRepository clients(TestProvider provider) {
            return new InMemoryRegisteredClientRepository(RegisteredClient.withId("1")
                    .clientId(CLIENT)
                    .clientSecret("{noop}" + SECRET)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .redirectUri(provider.redirect)
                    .scope("openid")
                    .scope("email")
                    .scope("profile")
                    .clientSettings(
                            ClientSettings.builder().requireProofKey(true).build())
                    .build());
        }

        @Bean
        UserDetailsService users(TestProvider provider) {
            return name -> User.withUsername(provider.people.get(name).subject())
                    .password("{noop}" + PASSWORD)
                    .roles("person")
                    .build();
        }

        @Bean
        AuthorizationServerSettings settings(TestProvider provider) {
            return AuthorizationServerSettings.builder()
                    .issuer(provider.issuer())
                    .build();
        }

        @Bean
        JWKSource<SecurityContext> keys(TestProvider provider) {
            return (selector, _) -> selector.select(new JWKSet(provider.key.get()));
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return NimbusJwtDecoder.withJwkSource(keys).build();
        }

        @Bean
        JwtEncoder encoder(JWKSource<SecurityContext> keys, TestProvider provider) {
            NimbusJwtEncoder right = new NimbusJwtEncoder(keys);
            return parameters -> {
                Jwt token = right.encode(parameters);
                return token.hasClaim("nonce") ? provider.spoiled(token) : token;
            };
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims(TestProvider provider) {
            return context -> {
                if (context.getTokenType().getValue().equals("id_token")) {
                    provider.fill(context);
                }
            };
        }
    }

    /** Lets nobody on to whom the client set a bound for the time since the last sign-in, until they signed in again. */
    private void askAgain(ServletRequest asked, ServletResponse response, FilterChain rest)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) asked;
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        String most = request.getParameter("max_age");
        if (request.getRequestURI().equals("/oauth2/authorize")
                && most != null
                && who != null
                && again.get() == Again.ASKS
                && signedIn.get(who.getName()).isBefore(Instant.now().minusSeconds(Long.parseLong(most)))) {
            SecurityContextHolder.clearContext();
            request.getSession().invalidate();
        }
        rest.doFilter(asked, response);
    }

    private void fill(JwtEncodingContext context) {
        Somebody one = people.get(context.getPrincipal().getName());
        var claims = context.getClaims();
        claims.claim("auth_time", Date.from(signedIn.get(one.subject())));
        if (again.get() == Again.TELLS_NOTHING) {
            claims.claims(all -> all.remove("auth_time"));
        }
        if (!one.quiet()) {
            claims.claim("email", one.email()).claim("email_verified", one.verified());
        }
        claims.claim("name", "Ada Lovelace");
        Instant now = Instant.now();
        switch (fault.get()) {
            case WRONG_NONCE -> claims.claim("nonce", "another");
            case WRONG_ISSUER -> claims.issuer("https://elsewhere.example.com");
            case WRONG_AUDIENCE -> claims.audience(List.of("another-client"));
            case WRONG_PARTY ->
                claims.audience(List.of(CLIENT, "another-client")).claim("azp", "another-client");
            case EXPIRED -> claims.issuedAt(now.minusSeconds(300)).expiresAt(now.minusSeconds(90));
            case ISSUED_LONG_AGO -> claims.issuedAt(now.minusSeconds(3600));
            case ISSUED_TOMORROW -> claims.issuedAt(now.plusSeconds(86_400)).expiresAt(now.plusSeconds(90_000));
            case NONE, NOT_SIGNED, SHARED_SECRET, UNKNOWN_KEY -> {}
        }
    }

    private Jwt spoiled(Jwt token) {
        try {
            JWTClaimsSet claims = SignedJWT.parse(token.getTokenValue()).getJWTClaimsSet();
            String text = switch (fault.get()) {
                case NOT_SIGNED -> new PlainJWT(claims).serialize();
                case SHARED_SECRET -> {
                    SignedJWT signed = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
                    signed.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
                    yield signed.serialize();
                }
                case UNKNOWN_KEY -> {
                    SignedJWT signed = new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.RS256)
                                    .keyID(key.get().getKeyID())
                                    .build(),
                            claims);
                    signed.sign(new RSASSASigner(ANOTHER_KEY));
                    yield signed.serialize();
                }
                default -> token.getTokenValue();
            };
            return new Jwt(text, token.getIssuedAt(), token.getExpiresAt(), token.getHeaders(), token.getClaims());
        } catch (java.text.ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private OidcUserInfo info(String subject) {
        Somebody one = people.get(subject);
        return OidcUserInfo.builder()
                .subject(subject)
                .email(one.email())
                .emailVerified(one.verified())
                .name("Ada Lovelace")
                .build();
    }
}
