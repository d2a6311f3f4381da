package fulgurite.node.channel;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.OpenChannel;
import java.util.ArrayList;
import java.util.List;

/** One end of a channel without an actor: the counterpart of the actor under test. */
final class PurePeer {
    static final Features FEATURES = Features.optional(Feature.DATA_LOSS_PROTECT, Feature.UPFRONT_SHUTDOWN_SCRIPT,
            Feature.STATIC_REMOTEKEY, Feature.ANCHORS, Feature.SHUTDOWN_ANYSEGWIT, Feature.CHANNEL_TYPE);
    private final ChannelContext context;
    private ChannelState state = Channel.INITIAL;

    PurePeer(int seed) {
        context = context(seed);
    }

    /** What a node drawn from that seed decides with. */
    static ChannelContext context(int seed) {
        Bytes32 drawn = Hashes.sha256(Bytes.copyOf(new byte[]{(byte) seed}));
        var secret = new PrivateKey(Hashes.sha256(drawn.bytes()).bytes());
        return new ChannelContext(new BlockHeight(100),
                fulgurite.protocol.units.Feerates.flat(new FeeratePerKw(1000)),
                ChannelKeys.derive(drawn, 0), new NodeId(Curve.publicKey(secret)), secret, FEATURES,
                P2wpkh.script(Curve.publicKey(secret)), Bytes32.ZERO, ChannelLimits.REGTEST);
    }

    NodeId nodeId() {
        return context.nodeId();
    }

    ChannelState state() {
        return state;
    }

    /** Takes a message of {@code from}. @return the answers */
    List<LightningMessage> receive(NodeId from, LightningMessage message) {
        return tell(message instanceof OpenChannel open
                ? new ChannelCommand.AcceptAsFundee(from, FEATURES, 0, new ShortChannelId(8), open)
                : new ChannelCommand.Receive(message));
    }

    /** @return what it sends */
    List<LightningMessage> tell(ChannelCommand command) {
        Channel.Batch batch = Channel.decideAll(context, state, List.of(command, new ChannelCommand.Commit()));
        state = batch.state();
        var sent = new ArrayList<LightningMessage>();
        for (ChannelEffect effect : batch.effects())
            if (effect instanceof ChannelEffect.Send(LightningMessage message)) sent.add(message);
        return sent;
    }
}
