package dev.berth.gateway.letter;

import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/** Letters as plain text and as HTML that every mail program shows: no script, no image, nothing fetched. Pure. */
final class LetterForm {
    private static final String FONT =
            "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

    private LetterForm() {}

    /**
     * The plain text.
     *
     * @param why the last lines: why the reader gets it
     */
    static String plain(Letter letter, String why) {
        StringBuilder text = new StringBuilder();
        letter.paragraphs().forEach(one -> text.append(one).append("\n\n"));
        int width = letter.facts().stream()
                .mapToInt(fact -> fact.name().length())
                .max()
                .orElse(0);
        letter.facts()
                .forEach(fact -> text.append("  ")
                        .append(fact.name())
                        .append(" ".repeat(width - fact.name().length() + 3))
                        .append(fact.value())
                        .append('\n'));
        text.append(letter.facts().isEmpty() ? "" : "\n");
        letter.links()
                .forEach(link -> text.append(link.text())
                        .append(":\n")
                        .append(link.url())
                        .append("\n\n"));
        return text.append("-- \n").append(why).append('\n').toString();
    }

    /** The same as HTML. */
    static String html(Letter letter, String why) {
        String paragraphs = letter.paragraphs().stream()
                .map(one -> "<p style=\"margin:0 0 16px\">" + HtmlUtils.htmlEscape(one) + "</p>")
                .collect(Collectors.joining("\n"));
        String facts = letter.facts().stream()
                .map(fact -> """
                        <tr><td style="padding:4px 24px 4px 0;color:#555;vertical-align:top">%s</td>\
                        <td style="padding:4px 0;font-weight:600">%s</td></tr>""".formatted(HtmlUtils.htmlEscape(fact.name()), HtmlUtils.htmlEscape(fact.value())))
                .collect(Collectors.joining("\n"));
        StringBuilder links = new StringBuilder();
        for (int i = 0; i < letter.links().size(); i++) {
            Letter.Link link = letter.links().get(i);
            String style = i == 0
                    ? "display:inline-block;padding:10px 18px;background:#1d4ed8;color:#fff;border-radius:6px;text-decoration:none"
                    : "color:#1d4ed8";
            links.append("<p style=\"margin:0 0 16px\"><a style=\"%s\" href=\"%s\">%s</a></p>\n"
                    .formatted(style, HtmlUtils.htmlEscape(link.url()), HtmlUtils.htmlEscape(link.text())));
        }
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%1$s</title></head>
                <body style="margin:0;padding:24px;background:#fff;color:#111;%2$s;font-size:16px;line-height:1.5">
                <div style="max-width:560px;margin:0 auto">
                <h1 style="font-size:20px;line-height:1.3;margin:0 0 16px">%1$s</h1>
                %3$s
                <table role="presentation" style="border-collapse:collapse;margin:0 0 16px">
                %4$s
                </table>
                %5$s
                <p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #ddd;color:#555;font-size:13px">%6$s</p>
                </div>
                </body></html>
                """.formatted(
                        HtmlUtils.htmlEscape(letter.subject()),
                        FONT,
                        paragraphs,
                        facts,
                        links.toString().strip(),
                        HtmlUtils.htmlEscape(why).replace("\n", "<br>"));
    }
}
