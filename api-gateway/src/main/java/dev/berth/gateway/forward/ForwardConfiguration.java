package dev.berth.gateway.forward;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Where the services behind the gateway are. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ForwardProperties.class)
class ForwardConfiguration {}
