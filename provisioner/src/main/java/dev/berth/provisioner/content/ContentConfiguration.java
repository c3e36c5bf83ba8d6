package dev.berth.provisioner.content;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store of this host. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ContentProperties.class)
class ContentConfiguration {
    @Bean
    ContentStore contentStore(ContentProperties properties) {
        return new ContentStore(properties);
    }
}
