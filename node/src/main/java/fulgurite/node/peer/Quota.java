package fulgurite.node.peer;

import fulgurite.protocol.units.Bytes;

/**
 * What one peer may still cost in this period. A spent quota holds back the release of what was read, so that the
 * transport stops reading: the peer is slowed down, not cut off.
 *
 * @param left units; below zero when a burst overdrew it
 * @param withheld bytes read and not released
 */
record Quota(int budget, int left, int withheld) {
    private static final int FIRST_GOSSIP_TYPE = 256;
    private static final int LAST_GOSSIP_TYPE = 511;

    static Quota full(PeerSettings.Pace pace) {
        return new Quota(pace.budget(), pace.budget(), 0);
    }

    Quota spend(Bytes message, PeerSettings.Pace pace) {
        return new Quota(budget, left - (isGossip(message) ? pace.gossipCost() : 1), withheld);
    }

    Quota withhold(int bytes) {
        return new Quota(budget, left, withheld + bytes);
    }

    boolean isTouched() {
        return left < budget;
    }

    boolean isSpent() {
        return left <= 0;
    }

    private static boolean isGossip(Bytes message) {
        if (message.size() < 2) return false;
        int type = message.unsigned(0) << 8 | message.unsigned(1);
        return type >= FIRST_GOSSIP_TYPE && type <= LAST_GOSSIP_TYPE;
    }
}
