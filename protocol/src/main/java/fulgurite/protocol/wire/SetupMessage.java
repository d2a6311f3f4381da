package fulgurite.protocol.wire;

/** Messages about the connection itself. @bolt 1 */
public sealed interface SetupMessage extends LightningMessage
        permits Init, ErrorMessage, Warning, Ping, Pong, PeerStorage, PeerStorageRetrieval {}
