package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImagePropertiesTest {
    private static boolean forEverybody(String image, String... patterns) {
        return new ImageProperties(List.of(patterns), List.of(), 1024, 2048)
                .forEverybody(ImageReference.parse(image).orElseThrow());
    }

    @Test
    void onlyNamesOnTheOperatorsListAreForEverybody() {
        assertThat(forEverybody("berth/sample:1", "berth/*")).isTrue();
        assertThat(forEverybody("tools", "berth/*", "tools")).isTrue();
        assertThat(forEverybody("registry.example.com:5000/team/app:2", "registry.example.com:5000/*/app"))
                .isTrue();
        assertThat(forEverybody("berth/sample:1")).isFalse();
        assertThat(forEverybody("berth/sample/more:1", "berth/*")).isFalse();
        assertThat(forEverybody("registry.example.com/berth/sample", "berth/*")).isFalse();
        assertThat(forEverybody("berthxsample", "berth.sample")).isFalse();
    }

    @Test
    void refusesAPatternThatIsNone() {
        assertThatThrownBy(() -> new ImageProperties(List.of("berth/sample 1"), List.of(), 1024, 2048))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BERTH_LOCAL_IMAGES");
    }
}
