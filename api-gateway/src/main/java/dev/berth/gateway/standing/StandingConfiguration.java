package dev.berth.gateway.standing;

import dev.berth.schema.Consumer;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Wire;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The consumer of standings. */
@Configuration(proxyBeanMethods = false)
class StandingConfiguration {
    @Bean(initMethod = "start", destroyMethod = "close")
    Inbox standingInbox(Wire wire, StandingListener listener) {
        return new Inbox(wire, Consumer.GATEWAY_STANDING, listener);
    }
}
