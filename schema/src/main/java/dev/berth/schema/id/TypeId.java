package dev.berth.schema.id;

import java.util.UUID;

/**
 * A typed id: a lower-case prefix, {@code _}, and 26 characters of base32 (Crockford's alphabet) of a 128-bit UUIDv7, as the
 * TypeID specification 0.3 has it. Ids sort by the time they were made, as UUID and as text.
 */
public sealed interface TypeId
        permits AccountId,
                AnnouncementId,
                ApiKeyId,
                ContainerId,
                CreditGrantId,
                CreditNoteId,
                DeliveryId,
                DisputeId,
                DomainId,
                EventId,
                InvitationId,
                InvoiceId,
                InvoiceLineId,
                LoginId,
                MailId,
                OperationId,
                OperatorKeyId,
                PaymentId,
                PaymentMethodId,
                RefundId,
                SecretId,
                SessionId,
                SnapshotId,
                StackId,
                TaxRateId,
                TriggerId,
                UserId,
                VolumeId,
                WebhookEndpointId,
                WorkloadId {

    /** The 128 bits. */
    UUID uuid();

    /** The prefix without the underscore. */
    String prefix();

    /** Writes {@code prefix_suffix}. */
    static String encode(String prefix, UUID uuid) {
        return prefix + '_' + Base32.encode(uuid);
    }

    /**
     * Reads {@code prefix_suffix}.
     *
     * @throws IllegalArgumentException if the prefix differs or the suffix is not 26 base32 characters of 128 bits
     */
    static UUID decode(String prefix, String text) {
        if (text.length() != prefix.length() + 1 + Base32.LENGTH
                || !text.startsWith(prefix)
                || text.charAt(prefix.length()) != '_') {
            throw new IllegalArgumentException("an id here looks like %s_ and 26 characters, not '%s'"
                    .formatted(prefix, text.length() > 64 ? text.substring(0, 64) + "…" : text));
        }
        return Base32.decode(text.substring(prefix.length() + 1));
    }
}
