package dev.berth.gateway.mail;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.mail.javamail.MimeMessagePreparator;
import org.springframework.stereotype.Component;

/** Gives mails to the SMTP server (RFC 5321), one connection for each. Thread-safe. */
@Component
class Smtp {
    /** The longest one attempt may take, with all the waiting in it. */
    static final int WAIT_MS = 20_000;

    private final JavaMailSenderImpl sender = new JavaMailSenderImpl();
    private final MailProperties properties;

    Smtp(MailProperties properties) {
        this.properties = properties;
        sender.setHost(properties.host());
        sender.setPort(properties.port());
        sender.setDefaultEncoding(StandardCharsets.UTF_8.name());
        boolean signsIn = !properties.user().isEmpty();
        if (signsIn) {
            sender.setUsername(properties.user());
            sender.setPassword(properties.password());
        }
        Properties smtp = sender.getJavaMailProperties();
        smtp.setProperty("mail.smtp.auth", Boolean.toString(signsIn));
        smtp.setProperty("mail.smtp.starttls.enable", Boolean.toString(properties.startTls()));
        smtp.setProperty("mail.smtp.starttls.required", Boolean.toString(properties.startTls()));
        smtp.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        for (String one : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            smtp.setProperty("mail.smtp." + one, Integer.toString(WAIT_MS));
        }
    }

    /**
     * Sends one. A repetition has the same Message-ID, by which a reader's program knows it.
     *
     * @throws org.springframework.mail.MailException if the server did not take it, or nobody knows whether it did
     */
    void send(Mail mail) {
        MimeMessagePreparator message = mime -> {
            String html = mail.html();
            int form = html == null ? MimeMessageHelper.MULTIPART_MODE_NO : MimeMessageHelper.MULTIPART_MODE_RELATED;
            MimeMessageHelper helper = new MimeMessageHelper(mime, form, StandardCharsets.UTF_8.name());
            helper.setFrom(properties.from());
            helper.setTo(mail.recipient());
            helper.setSubject(mail.subject());
            String text = Objects.requireNonNull(mail.body());
            if (html == null) {
                helper.setText(text);
            } else {
                helper.setText(text, html); // multipart/alternative (RFC 2046, section 5.1.4)
            }
            mime.setHeader("Message-ID", "<%s@berth>".formatted(mail.id()));
            mime.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no answers of machines
        };
        sender.send(message);
    }
}
