package dev.berth.gateway.account;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Passwords that cost next to nothing to hash, for tests that are about something else: with the real parameters a hash takes 150 ms
 * of a processor, and the tests make thousands. {@link PasswordsTest}, what starts a gateway by itself, and the walks have the real ones.
 */
@TestConfiguration(proxyBeanMethods = false)
public class QuickPasswords {
    @Bean
    @Primary
    Passwords quickPasswords() {
        return new Passwords(64, 1);
    }
}
