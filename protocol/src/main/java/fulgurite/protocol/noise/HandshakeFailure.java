package fulgurite.protocol.noise;

/** Why a handshake was given up, by the names that BOLT 8's vectors use. The connection is to be dropped without a word. */
public enum HandshakeFailure {
    ACT1_READ_FAILED, ACT1_BAD_VERSION, ACT1_BAD_PUBKEY,
    /** The initiator does not know our static key. */
    ACT1_BAD_TAG, ACT2_READ_FAILED, ACT2_BAD_VERSION, ACT2_BAD_PUBKEY,
    /** The responder does not hold the static key that we dialled. */
    ACT2_BAD_TAG, ACT3_READ_FAILED, ACT3_BAD_VERSION, ACT3_BAD_CIPHERTEXT, ACT3_BAD_PUBKEY,
    /** The initiator does not hold the static key that it claims. */
    ACT3_BAD_TAG
}
