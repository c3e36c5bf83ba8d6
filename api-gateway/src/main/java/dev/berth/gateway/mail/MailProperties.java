package dev.berth.gateway.mail;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How mails leave.
 *
 * @param host of the SMTP server; empty: mails stay here, and the operator reads them at {@code /operator/v1/mails}
 * @param port of the SMTP server
 * @param user for it; empty: none is asked for
 * @param password for it
 * @param from the address that mails come from
 * @param startTls whether the connection must be encrypted before anything is said; off only for a server on the same machine
 * @param deadline how long a mail is tried
 * @param publicUrl what links begin with, such as {@code https://berth.example.com}: never what a request says its host is
 */
@ConfigurationProperties("berth.mail")
public record MailProperties(
        @DefaultValue("") String host,
        @DefaultValue("587") int port,
        @DefaultValue("") String user,
        @DefaultValue("") String password,
        @DefaultValue("berth@localhost") String from,
        @DefaultValue("true") boolean startTls,
        @DefaultValue("24h") Duration deadline,
        @DefaultValue("http://127.0.0.1:8080") String publicUrl) {
    public MailProperties {
        if (port < 1 || port > 65_535 || deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("berth.mail has a port from 1 to 65535 and a deadline beyond zero");
        }
        publicUrl = publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
    }

    /** Whether mails are sent. */
    public boolean isSet() {
        return !host.isEmpty();
    }

    @Override
    public String toString() {
        return "MailProperties[host=%s, port=%d, from=%s]".formatted(host, port, from); // never the password
    }
}
