package dev.berth.gateway.letter;

import java.util.List;

/**
 * What a mail about money says, before it is text or HTML.
 *
 * @param kind what the list of mails calls it
 * @param needed whether it is sent to whoever asked for no mails about money, too
 * @param paragraphs what it says, in whole sentences
 * @param facts what it is about, to be found at a glance
 * @param links where to go on; the first is the one that matters
 */
record Letter(
        String kind, boolean needed, String subject, List<String> paragraphs, List<Fact> facts, List<Link> links) {
    /** One line of it. */
    record Fact(String name, String value) {}

    /** A page. */
    record Link(String text, String url) {}

    Letter {
        paragraphs = List.copyOf(paragraphs);
        facts = List.copyOf(facts);
        links = List.copyOf(links);
    }
}
