package dev.berth.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import jakarta.mail.Message;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** With an SMTP server that really takes mails. */
class MailTest extends GatewayTest {
    @Autowired
    private MailRepository repository;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;

    private static GreenMail server() {
        ServerSetup setup = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        GreenMail server = new GreenMail(setup);
        server.setUser("berth@example.com", "berth", "secret of smtp");
        server.start();
        return server;
    }

    private static MailProperties properties(int port, String password) {
        return new MailProperties(
                "127.0.0.1",
                port,
                "berth",
                password,
                "berth@example.com",
                false,
                Duration.ofHours(1),
                "https://b.example/");
    }

    private Mails mails(MailProperties properties) {
        return new Mails(dsl, repository, properties, clock);
    }

    private MailLoop loop(MailProperties properties) {
        return new MailLoop(dsl, repository, properties, new Smtp(properties), clock);
    }

    private Mail last(String recipient) {
        return repository.list(dsl, null, 200).stream()
                .filter(mail -> mail.recipient().equals(recipient))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void sendsWhatIsDueOnceAndForgetsItsText() throws Exception {
        superuser().execute("update gateway.mail set state = 'given_up', body = null");
        GreenMail server = server();
        try {
            MailProperties properties = properties(server.getSmtp().getPort(), "secret of smtp");
            String to = Api.email();
            LinkToken token = LinkToken.next();
            Mails mails = mails(properties);
            mails.write(null, "verification", to, "Grüße\r\nBcc: all@example.com", mails.link("/verify", token));
            MailLoop loop = loop(properties);
            assertThat(loop.sendOne()).isTrue();
            assertThat(loop.sendOne()).isFalse();
            MimeMessage[] received = server.getReceivedMessages();
            assertThat(received).hasSize(1);
            assertThat(received[0].getSubject()).isEqualTo("Grüße  Bcc: all@example.com");
            assertThat(received[0].getRecipients(Message.RecipientType.BCC)).isNull();
            assertThat(received[0].getAllRecipients())
                    .extracting(Object::toString)
                    .containsExactly(to);
            assertThat(GreenMailUtil.getBody(received[0])).contains("https://b.example/verify/" + token.text());
            Mail mail = last(to);
            assertThat(received[0].getMessageID()).isEqualTo("<%s@berth>".formatted(mail.id()));
            assertThat(mail.state()).isEqualTo(MailState.SENT);
            assertThat(mail.body()).isNull();
        } finally {
            server.stop();
        }
    }

    @Test
    void sendsAnHtmlTextBesideThePlainOne() throws Exception {
        superuser().execute("update gateway.mail set state = 'given_up', body = null");
        GreenMail server = server();
        try {
            MailProperties properties = properties(server.getSmtp().getPort(), "secret of smtp");
            String to = Api.email();
            mails(properties).write(null, "invoice", to, "Invoice", "plain grüße", "<p>rich gr&uuml;&szlig;e</p>");
            assertThat(loop(properties).sendOne()).isTrue();
            MimeMessage received = server.getReceivedMessages()[0];
            Multipart outer = (Multipart) received.getContent();
            Multipart both = (Multipart) outer.getBodyPart(0).getContent();
            assertThat(both.getContentType()).startsWith("multipart/alternative");
            assertThat(both.getBodyPart(0).getContentType()).startsWith("text/plain");
            assertThat(both.getBodyPart(0).getContent()).isEqualTo("plain grüße");
            assertThat(both.getBodyPart(1).getContentType()).startsWith("text/html");
            assertThat(both.getBodyPart(1).getContent()).asString().contains("<p>rich");
            assertThat(last(to).html()).isNull();
        } finally {
            server.stop();
        }
    }

    @Test
    void triesAgainWithLongerPausesAndGivesUpAtTheDeadline() {
        superuser().execute("update gateway.mail set state = 'given_up', body = null");
        GreenMail server = server();
        try {
            MailProperties wrong = properties(server.getSmtp().getPort(), "another secret");
            String to = Api.email();
            mails(wrong).write(null, "verification", to, "Subject", "Body");
            MailLoop loop = loop(wrong);
            assertThat(loop.sendOne()).isTrue();
            assertThat(last(to).state()).isEqualTo(MailState.WAITING);
            assertThat(last(to).error()).isNotEmpty().doesNotContain("another secret");
            assertThat(loop.sendOne()).isFalse();
            now.updateAndGet(time -> time.plusSeconds(16));
            assertThat(loop.sendOne()).isTrue();
            assertThat(last(to).attempts()).isEqualTo(2);
            now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
            loop.sweep();
            assertThat(last(to).state()).isEqualTo(MailState.GIVEN_UP);
            assertThat(last(to).body()).isNull();
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
        assertThat(MailLoop.pause(1)).isEqualTo(Duration.ofSeconds(15));
        assertThat(MailLoop.pause(3)).isEqualTo(Duration.ofSeconds(60));
        assertThat(MailLoop.pause(60)).isEqualTo(Duration.ofHours(1));
    }

    /** As after a process that died while it sent: the mail is free again after two minutes, and not before. */
    @Test
    void sendsAgainWhatAProcessDiedOver() {
        superuser().execute("update gateway.mail set state = 'given_up', body = null");
        GreenMail server = server();
        try {
            MailProperties properties = properties(server.getSmtp().getPort(), "secret of smtp");
            String to = Api.email();
            mails(properties).write(null, "verification", to, "Subject", "Body");
            assertThat(repository.take(dsl, clock.instant(), Duration.ofMinutes(2)))
                    .isPresent();
            MailLoop loop = loop(properties);
            assertThat(loop.sendOne()).isFalse();
            now.updateAndGet(time -> time.plusSeconds(121));
            assertThat(loop.sendOne()).isTrue();
            assertThat(last(to).state()).isEqualTo(MailState.SENT);
        } finally {
            server.stop();
        }
    }

    @Test
    void showsTheOperatorMailsThatNobodySends() {
        Api.Reply signup = api().signup();
        Api operator = api().key(OPERATOR);
        Api.Reply list = operator.get("/operator/v1/mails?limit=1").expect(200);
        assertThat(list.text("data.0.recipient")).isEqualTo(signup.text("user.email"));
        assertThat(list.text("data.0.body")).contains("http://127.0.0.1:8080/verify/");
        assertThat(operator.get("/operator/v1/mails?limit=1&cursor=" + list.text("next_cursor"))
                        .status())
                .isEqualTo(200);
        api().key(signup.text("api_key.secret")).get("/operator/v1/mails").expect(403);
    }
}
