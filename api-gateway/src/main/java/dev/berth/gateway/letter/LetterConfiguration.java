package dev.berth.gateway.letter;

import dev.berth.schema.Consumer;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Wire;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The consumer of what happens to money. */
@Configuration(proxyBeanMethods = false)
class LetterConfiguration {
    @Bean(initMethod = "start", destroyMethod = "close")
    Inbox letterInbox(Wire wire, LetterListener listener) {
        return new Inbox(wire, Consumer.GATEWAY_LETTER, listener);
    }
}
