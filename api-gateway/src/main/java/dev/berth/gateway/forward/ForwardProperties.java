package dev.berth.gateway.forward;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the services behind the gateway are, and how long they may take.
 *
 * @param connectTimeout to reach a service
 * @param answerTimeout to a whole answer, or to the first byte of a stream
 */
@ConfigurationProperties("berth")
record ForwardProperties(
        URI provisionerUrl,
        URI meteringUrl,
        URI billingUrl,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("10s") Duration answerTimeout) {}
