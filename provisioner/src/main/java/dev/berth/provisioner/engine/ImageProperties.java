package dev.berth.provisioner.engine;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the operator decides of images.
 *
 * @param localImages names without tag of images that every account may use as they are on the host; {@code *} stands for any
 *     characters but a slash. Any other image is used by an account only after the registry gave it to that account
 * @param internalRegistries registries, {@code host} or {@code host:port}, that tenants may name although they are in an internal network
 * @param maxImageMib the most that an image may have, packed as well as unpacked
 * @param imageDiskMib how much the images of all tenants may have on the host together; beyond it the longest unused go
 */
@ConfigurationProperties("berth")
public record ImageProperties(
        @DefaultValue("berth/*") List<String> localImages,
        @DefaultValue List<String> internalRegistries,
        @DefaultValue("4096") int maxImageMib,
        @DefaultValue("20480") int imageDiskMib) {
    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9*._:/-]+");

    public ImageProperties {
        localImages = List.copyOf(localImages);
        internalRegistries = List.copyOf(internalRegistries);
        if (maxImageMib < 1 || imageDiskMib < maxImageMib) {
            throw new IllegalArgumentException("berth.max-image-mib is from 1, and berth.image-disk-mib from as many");
        }
        for (String pattern : localImages) {
            if (!FORM.matcher(pattern).matches()) {
                throw new IllegalArgumentException(
                        "BERTH_LOCAL_IMAGES are names such as berth/* separated by commas, not '%s'"
                                .formatted(pattern));
            }
        }
    }

    boolean allowsInternal(String authority) {
        return internalRegistries.contains(authority)
                || internalRegistries.contains(authority.replaceFirst(":[0-9]+$", ""));
    }

    long maxImageBytes() {
        return (long) maxImageMib << 20;
    }

    /** Whether every account may use an image of this name as it is on the host. */
    public boolean forEverybody(ImageReference image) {
        return localImages.stream().anyMatch(pattern -> {
            String[] parts = pattern.split("\\*", -1);
            StringBuilder form = new StringBuilder();
            for (int i = 0; i < parts.length; i++) {
                form.append(i == 0 ? "" : "[^/]*").append(Pattern.quote(parts[i]));
            }
            return image.name().matches(form.toString());
        });
    }
}
