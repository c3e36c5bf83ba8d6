package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.edge.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class PasswordsTest {
    private final Passwords passwords = new Passwords();

    @AfterEach
    void close() {
        passwords.close();
    }

    @Test
    void hashesWithTheParametersOfTheCheatSheetAndASaltOfItsOwn() {
        String one = passwords.hash("correct horse");
        String two = passwords.hash("correct horse");
        assertThat(one).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").isNotEqualTo(two);
        assertThat(passwords.matches("correct horse", one)).isTrue();
        assertThat(passwords.matches("correct horse", two)).isTrue();
        assertThat(passwords.matches("correct Horse", one)).isFalse();
        assertThat(passwords.matches("correct horse", passwords.nobodys())).isFalse();
    }

    @Test
    void agreesOnOneFormOfAPasswordHoweverItWasTyped() {
        String composed = passwords.hash("caf\u00e9 au lait");
        assertThat(passwords.matches("cafe\u0301 au lait", composed)).isTrue();
    }

    @Test
    void isNotWaitedForInsideOfATransaction() {
        TransactionSynchronizationManager.setActualTransactionActive(true);
        try {
            assertThatThrownBy(() -> passwords.hash("correct horse")).hasMessageContaining("before the transaction");
        } finally {
            TransactionSynchronizationManager.setActualTransactionActive(false);
        }
    }

    @Test
    void refusesAFloodInsteadOfTakingAllMemory() throws InterruptedException {
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            calls.add(() -> passwords.hash("correct horse"));
        }
        int refused = 0;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> call : executor.invokeAll(calls)) {
                try {
                    call.get();
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(Refusal.class);
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive().isLessThanOrEqualTo(60 - Passwords.WAITING);
        assertThat(passwords.hash("correct horse")).isNotEmpty();
    }
}
