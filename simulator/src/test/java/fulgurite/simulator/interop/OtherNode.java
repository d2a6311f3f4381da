package fulgurite.simulator.interop;

import fulgurite.protocol.units.NodeId;

/** A node of another implementation, in a process of its own, with one channel at a time to each peer of ours. */
interface OtherNode extends AutoCloseable {
    NodeId id();

    /** Waits until it answers. */
    void start();

    /** As {@code kill -9} does. */
    void kill();

    String tcpUri();

    String newAddress();

    int height();

    /** Confirmed coins of its wallet. */
    long onChainSat();

    void connect(String uri);

    /** An announced channel; the peer is connected. */
    void open(NodeId peer, long sat, long pushSat);

    boolean isUsable(NodeId peer);

    boolean isConnected(NodeId peer);

    /** Once the closing transaction is in a block. */
    boolean isClosed(NodeId peer);

    /** Announced channels of which it knows both sides' policies. */
    int knownChannels();

    /** HTLCs of the channel. */
    int pending(NodeId peer);

    long toUsMsat(NodeId peer);

    /** @param label by which {@link #forget} knows it */
    String invoice(long msat, String label);

    /** It is not known any more when its payment comes. */
    void forget(String label);

    /** Pays and waits for the end. @return whether the preimage came */
    boolean pay(String bolt11);

    /** Payments that it has made. */
    int paid();

    void closeByAgreement(NodeId peer);

    void closeAlone(NodeId peer);

    @Override
    void close();
}
