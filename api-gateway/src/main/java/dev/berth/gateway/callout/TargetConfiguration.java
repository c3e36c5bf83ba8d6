package dev.berth.gateway.callout;

import java.net.InetAddress;
import java.time.InstantSource;
import org.apache.hc.core5.ssl.SSLContexts;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Names are looked up as this machine does, certificates checked as this Java does. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TargetProperties.class)
class TargetConfiguration {
    @Bean
    Targets targets(TargetProperties properties) {
        return new Targets(InetAddress::getAllByName, properties.rules());
    }

    @Bean
    TargetCaller targetCaller(Targets targets, InstantSource clock) {
        return new TargetCaller(targets, clock, SSLContexts.createDefault(), TargetCaller.DEADLINE);
    }
}
