package dev.berth.stripe.hosted;

import dev.berth.stripe.card.TestCard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The look of the pages: no scripts, no images, nothing from elsewhere. */
final class Html {
    private static final String FRAME = read();

    /** What each card is good for, in the words of a person who tries them. */
    private static final List<String[]> CARDS = List.of(
            new String[] {"4242424242424242", "succeeds"},
            new String[] {"4000000000000341", "can be saved, is declined later"},
            new String[] {"4000000000000002", "declined"},
            new String[] {"4000000000009995", "insufficient funds"},
            new String[] {"4000000000009987", "lost: not to be tried again"},
            new String[] {"4000000000000069", "expired"},
            new String[] {"4000002500003155", "3-D Secure once, to save it"},
            new String[] {"4000002760003184", "3-D Secure each time"},
            new String[] {"4000000000000259", "succeeds, then is disputed"},
            new String[] {"4000000000005126", "succeeds; a refund fails"});

    private Html() {}

    private static String read() {
        try (InputStream in = Html.class.getResourceAsStream("page.html")) {
            return new String(Objects.requireNonNull(in, "page.html").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String page(String title, String content) {
        return FRAME.replace("{{title}}", escape(title)).replace("{{content}}", content);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    static String problem(String message) {
        return message.isEmpty() ? "" : "<div class=\"bad\" role=\"alert\">%s</div>".formatted(escape(message));
    }

    /** Links that fill in a test card. */
    static String cards(String here) {
        StringBuilder list = new StringBuilder("<details open><summary>Test cards</summary><ul>");
        for (String[] card : CARDS) {
            if (TestCard.ofNumber(card[0]).isEmpty()) {
                throw new IllegalStateException("no such test card: " + card[0]);
            }
            list.append("<li><a href=\"%s%scard=%s\">%s</a><span>%s</span></li>"
                    .formatted(
                            escape(here),
                            here.contains("?") ? "&amp;" : "?",
                            card[0],
                            card[0].replaceAll("(\\d{4})(?=\\d)", "$1 "),
                            escape(card[1])));
        }
        return list.append("</ul></details>").toString();
    }
}
