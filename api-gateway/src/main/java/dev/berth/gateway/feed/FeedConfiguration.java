package dev.berth.gateway.feed;

import dev.berth.schema.Consumer;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Wire;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The feed's consumer and its settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FeedProperties.class)
class FeedConfiguration {
    @Bean(initMethod = "start", destroyMethod = "close")
    Inbox feedInbox(Wire wire, FeedListener listener) {
        return new Inbox(wire, Consumer.GATEWAY_FEED, listener);
    }
}
