package dev.berth.provisioner.volume;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store of this host. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VolumeProperties.class)
class VolumeConfiguration {
    @Bean
    VolumeStore volumeStore(VolumeProperties properties) {
        return properties.store();
    }
}
