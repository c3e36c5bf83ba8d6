package dev.berth.provisioner.content;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of content.
 *
 * @param secretKey opens secrets; the same as the gateway's; empty where this Berth keeps none
 * @param fileDir a folder in memory, by the name that the engine knows it under; this process must be root. Empty for no files
 */
@ConfigurationProperties("berth")
public record ContentProperties(
        @DefaultValue("") String secretKey,
        @DefaultValue("") String fileDir) {
    @Override
    public String toString() {
        return "ContentProperties[fileDir=" + fileDir + "]";
    }
}
