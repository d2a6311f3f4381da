package fulgurite.protocol.noise;

/** The two directions of one connection, each with its own key and nonce. */
public record CipherPair(CipherState sending, CipherState receiving) {}
