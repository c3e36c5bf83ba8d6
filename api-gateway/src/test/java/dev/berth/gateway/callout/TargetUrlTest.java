package dev.berth.gateway.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetUrlTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://example.com | example.com | 443
            https://EXAMPLE.com:8443/a?b=c | example.com | 8443
            http://127.0.0.1:9/ | port |
            http://127.0.0.1:8081/x | 127.0.0.1 | 8081
            https://xn--bcher-kva.example/ | xn--bcher-kva.example | 443
            https://1.example | 1.example | 443
            https://[2606:4700::1111]/x | 2606:4700:0:0:0:0:0:1111 | 443
            https://[::ffff:127.0.0.1]/ | 127.0.0.1 | 443
            """)
    void aUrlHasOneHostAndOnePort(String text, String host, Integer port) {
        if (port == null) {
            assertThatThrownBy(() -> TargetUrl.parse(text)).hasMessageContaining(host);
            return;
        }
        TargetUrl url = TargetUrl.parse(text);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://2130706433/ | host
            https://0x7f000001/ | host
            https://0x7f.0.0.1/ | host
            https://0177.0.0.1/ | host
            https://127.1/ | host
            https://127.0.0.1.5/ | host
            https://127.0.0.01/ | host
            https://256.0.0.1/ | host
            https://example.0x7f/ | host
            https://127.0.0.1./ | host
            https://example.com./ | host
            https://[fe80::1%25eth0]/ | interface
            https://[fe80::1%eth0]/ | interface
            https://user@example.com/ | user
            https://example.com@127.0.0.1/ | user
            https://example.com#@127.0.0.1/ | fragment
            https://exa_mple.com/ | host
            https://ex%61mple.com/ | host
            https:///x | host
            https:example.com | host
            //example.com/ | https://
            ftp://example.com/ | https://
            file:///etc/passwd | https://
            gopher://127.0.0.1/ | https://
            javascript:alert(1) | https://
            https://example.com:0/ | port
            https://example.com:65536/ | port
            https://example.com:25/ | port
            https://example.com:6379/ | port
            https://example.com\\@127.0.0.1/ | URL
            https://bücher.example/ | ASCII
            https://１２７.0.0.1/ | ASCII
            https://a b/ | ASCII
            """)
    void whatOtherProgramsMightReadOtherwiseIsRefused(String text, String why) {
        assertThatThrownBy(() -> TargetUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Property(tries = 2000)
    void whateverIsGivenIsReadOrRefused(@ForAll String text) {
        for (String given : new String[] {text, "https://" + text, "https://[" + text + "]/"}) {
            try {
                TargetUrl url = TargetUrl.parse(given);
                assertThat(url.host()).isNotEmpty().doesNotContain("%", "@", "[", "/");
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }
}
