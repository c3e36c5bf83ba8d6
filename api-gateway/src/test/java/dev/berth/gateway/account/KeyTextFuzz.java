package dev.berth.gateway.account;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.gateway.mail.LinkToken;
import dev.berth.schema.testing.FuzzTarget;

/** The texts of API keys and of links in mails: one that is read is the text that was given, and a key has its checksum. */
final class KeyTextFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 100_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        KeyText.parse(text).ifPresent(key -> {
            must(key.text().equals(text), "'%s' is read as another", text);
            must(text.startsWith(KeyText.PREFIX + key.lookup()), "'%s' is found by '%s'", text, key.lookup());
            String other = text.substring(0, text.length() - 1) + (text.endsWith("0") ? '1' : '0');
            must(KeyText.parse(other).isEmpty(), "'%s' passes with another checksum", other);
        });
        LinkToken.parse(text).ifPresent(token -> must(token.text().equals(text), "'%s' is read as another", text));
    }
}
