package fulgurite.protocol.wire;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Random but valid messages of every kind: the same seed gives the same ones. */
public final class MessageGenerator {
    private final Random random;
    private final List<Supplier<LightningMessage>> kinds = List.of(this::init, this::errorMessage, this::warning,
            this::ping, this::pong, this::peerStorage, this::peerStorageRetrieval, this::openChannel,
            this::acceptChannel, this::fundingCreated, this::fundingSigned, this::channelReady, this::stfu,
            this::shutdown, this::closingComplete, this::closingSig, this::closingSigned, this::updateAddHtlc,
            this::updateFulfillHtlc, this::updateFailHtlc, this::updateFailMalformedHtlc, this::commitmentSigned,
            this::revokeAndAck, this::updateFee, this::channelReestablish, this::announcementSignatures,
            this::channelAnnouncement, this::nodeAnnouncement, this::channelUpdate, this::queryShortChannelIds,
            this::replyShortChannelIdsEnd, this::queryChannelRange, this::replyChannelRange,
            this::gossipTimestampFilter, this::unknownMessage);

    public MessageGenerator(long seed) {
        random = new Random(seed);
    }

    /** A message of any kind, each as likely. */
    public LightningMessage next() {
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    /** One message of every kind, an unknown one last. */
    public List<LightningMessage> oneOfEach() {
        return kinds.stream().map(Supplier::get).toList();
    }

    private Init init() {
        return new Init(features(16), features(64), tlvs(() -> new InitTlv.Networks(list(3, this::bytes32)),
                () -> new InitTlv.RemoteAddress(bytesUpTo(20))));
    }

    private ErrorMessage errorMessage() {
        return new ErrorMessage(channelId(), bytesUpTo(100), tlvs());
    }

    private Warning warning() {
        return new Warning(channelId(), bytesUpTo(100), tlvs());
    }

    private Ping ping() {
        return new Ping(random.nextInt(0x10000), bytesUpTo(100), tlvs());
    }

    private Pong pong() {
        return new Pong(bytesUpTo(100), tlvs());
    }

    private PeerStorage peerStorage() {
        return new PeerStorage(bytesUpTo(200), tlvs());
    }

    private PeerStorageRetrieval peerStorageRetrieval() {
        return new PeerStorageRetrieval(bytesUpTo(200), tlvs());
    }

    private OpenChannel openChannel() {
        return new OpenChannel(bytes32(), channelId(), satoshi(), msat(), satoshi(), msat(), satoshi(), msat(),
                feerate(), cltvDelta(), random.nextInt(484), publicKey(), publicKey(), publicKey(), publicKey(),
                publicKey(), publicKey(), random.nextInt(256),
                tlvs(() -> new UpfrontShutdownScript(bytesUpTo(34)), () -> new ChannelType(features(64))));
    }

    private AcceptChannel acceptChannel() {
        return new AcceptChannel(channelId(), satoshi(), msat(), satoshi(), msat(), u32(), cltvDelta(),
                random.nextInt(484), publicKey(), publicKey(), publicKey(), publicKey(), publicKey(), publicKey(),
                tlvs(() -> new UpfrontShutdownScript(bytesUpTo(34)), () -> new ChannelType(features(64))));
    }

    private FundingCreated fundingCreated() {
        return new FundingCreated(channelId(), txid(), random.nextInt(0x10000), signature(), tlvs());
    }

    private FundingSigned fundingSigned() {
        return new FundingSigned(channelId(), signature(), tlvs());
    }

    private ChannelReady channelReady() {
        return new ChannelReady(channelId(), publicKey(), tlvs(() -> new ChannelReadyTlv.Alias(shortChannelId())));
    }

    private Stfu stfu() {
        return new Stfu(channelId(), random.nextBoolean(), tlvs());
    }

    private Shutdown shutdown() {
        return new Shutdown(channelId(), bytesUpTo(34), tlvs());
    }

    private ClosingComplete closingComplete() {
        return new ClosingComplete(channelId(), bytesUpTo(34), bytesUpTo(34), satoshi(), u32(), closingTlvs());
    }

    private ClosingSig closingSig() {
        return new ClosingSig(channelId(), bytesUpTo(34), bytesUpTo(34), satoshi(), u32(), closingTlvs());
    }

    private TlvStream<ClosingTlv> closingTlvs() {
        return tlvs(() -> new ClosingTlv.CloserOutputOnly(signature()),
                () -> new ClosingTlv.CloseeOutputOnly(signature()),
                () -> new ClosingTlv.CloserAndCloseeOutputs(signature()));
    }

    private ClosingSigned closingSigned() {
        return new ClosingSigned(channelId(), satoshi(), signature(),
                tlvs(() -> new ClosingSignedTlv.FeeRange(satoshi(), satoshi())));
    }

    private UpdateAddHtlc updateAddHtlc() {
        return new UpdateAddHtlc(channelId(), random.nextLong(), msat(), new PaymentHash(bytes(32)),
                new CltvExpiry(u32()), bytes(1366), tlvs(() -> new UpdateAddHtlcTlv.BlindedPath(publicKey())));
    }

    private UpdateFulfillHtlc updateFulfillHtlc() {
        return new UpdateFulfillHtlc(channelId(), random.nextLong(), new PaymentPreimage(bytes(32)),
                tlvs(this::attributionData));
    }

    private UpdateFailHtlc updateFailHtlc() {
        return new UpdateFailHtlc(channelId(), random.nextLong(), bytesUpTo(300), tlvs(this::attributionData));
    }

    private AttributionData attributionData() {
        return new AttributionData(bytes(80), bytes(840));
    }

    private UpdateFailMalformedHtlc updateFailMalformedHtlc() {
        return new UpdateFailMalformedHtlc(channelId(), random.nextLong(), bytes32(), random.nextInt(0x10000), tlvs());
    }

    private CommitmentSigned commitmentSigned() {
        return new CommitmentSigned(channelId(), signature(), list(20, this::signature),
                tlvs(() -> new CommitmentSignedTlv.FundingTxid(txid())));
    }

    private RevokeAndAck revokeAndAck() {
        return new RevokeAndAck(channelId(), privateKey(), publicKey(), tlvs());
    }

    private UpdateFee updateFee() {
        return new UpdateFee(channelId(), feerate(), tlvs());
    }

    private ChannelReestablish channelReestablish() {
        return new ChannelReestablish(channelId(), random.nextLong(), random.nextLong(), privateKey(), publicKey(),
                tlvs(() -> new ChannelReestablishTlv.NextFunding(txid(), random.nextInt(256)),
                        () -> new ChannelReestablishTlv.MyCurrentFundingLocked(txid(), random.nextInt(256))));
    }

    private AnnouncementSignatures announcementSignatures() {
        return new AnnouncementSignatures(channelId(), shortChannelId(), signature(), signature(), tlvs());
    }

    private ChannelAnnouncement channelAnnouncement() {
        return new ChannelAnnouncement(signature(), signature(), signature(), signature(), features(64), bytes32(),
                shortChannelId(), nodeId(), nodeId(), publicKey(), publicKey(), bytesUpTo(20));
    }

    private NodeAnnouncement nodeAnnouncement() {
        return new NodeAnnouncement(signature(), features(64), u32(), nodeId(), bytes(3), bytes(32), bytesUpTo(60),
                bytesUpTo(20));
    }

    private ChannelUpdate channelUpdate() {
        return new ChannelUpdate(signature(), bytes32(), shortChannelId(), u32(), random.nextInt(256),
                random.nextInt(256), cltvDelta(), msat(), new MilliSatoshi(u32()), u32(), msat(), bytesUpTo(20));
    }

    private QueryShortChannelIds queryShortChannelIds() {
        return new QueryShortChannelIds(bytes32(), list(20, this::shortChannelId),
                tlvs(() -> new QueryShortChannelIdsTlv.QueryFlags(list(20, random::nextLong))));
    }

    private ReplyShortChannelIdsEnd replyShortChannelIdsEnd() {
        return new ReplyShortChannelIdsEnd(bytes32(), random.nextInt(256), tlvs());
    }

    private QueryChannelRange queryChannelRange() {
        return new QueryChannelRange(bytes32(), u32(), u32(),
                tlvs(() -> new QueryChannelRangeTlv.QueryOption(random.nextLong())));
    }

    private ReplyChannelRange replyChannelRange() {
        return new ReplyChannelRange(bytes32(), u32(), u32(), random.nextInt(256), list(20, this::shortChannelId),
                tlvs(() -> new ReplyChannelRangeTlv.Timestamps(list(20, () -> new UpdateTimestamps(u32(), u32()))),
                        () -> new ReplyChannelRangeTlv.Checksums(list(20, () -> new UpdateChecksums(u32(), u32())))));
    }

    private GossipTimestampFilter gossipTimestampFilter() {
        return new GossipTimestampFilter(bytes32(), u32(), u32(), tlvs());
    }

    private UnknownMessage unknownMessage() {
        return new UnknownMessage(40_000 + random.nextInt(1000), bytesUpTo(100));
    }

    /** Any of the namespace's records, each or none, and perhaps unknown odd ones, small and large. */
    @SafeVarargs
    private <T> TlvStream<T> tlvs(Supplier<? extends T>... known) {
        var records = new ArrayList<T>();
        for (Supplier<? extends T> record : known) if (random.nextBoolean()) records.add(record.get());
        var unknown = new ArrayList<TlvStream.Unknown>();
        if (random.nextInt(3) == 0) unknown.add(new TlvStream.Unknown(101 + 2 * random.nextInt(100), bytesUpTo(300)));
        if (random.nextInt(3) == 0) unknown.add(new TlvStream.Unknown(0xffff_ffff_0000_0001L, bytesUpTo(5)));
        return new TlvStream<>(records, unknown);
    }

    private <T> List<T> list(int most, Supplier<T> item) {
        var items = new ArrayList<T>();
        for (int left = random.nextInt(most + 1); left > 0; left--) items.add(item.get());
        return List.copyOf(items);
    }

    private Bytes bytes(int size) {
        byte[] drawn = new byte[size];
        random.nextBytes(drawn);
        return Bytes.ofOwned(drawn);
    }

    private Bytes bytesUpTo(int most) {
        return bytes(random.nextInt(most + 1));
    }

    private Bytes32 bytes32() {
        return new Bytes32(bytes(32));
    }

    private ChannelId channelId() {
        return new ChannelId(bytes(32));
    }

    private TxId txid() {
        return new TxId(bytes(32));
    }

    private PrivateKey privateKey() {
        return new PrivateKey(bytes(32));
    }

    private PublicKey publicKey() {
        byte[] secret = bytes(32).toByteArray();
        secret[0] &= 0x7f; // below the curve's order, whatever the rest
        return Curve.publicKey(PrivateKey.copyOf(secret));
    }

    private NodeId nodeId() {
        return new NodeId(publicKey());
    }

    private Signature signature() {
        return new Signature(bytes(64));
    }

    private ShortChannelId shortChannelId() {
        return new ShortChannelId(random.nextLong());
    }

    private Satoshi satoshi() {
        return new Satoshi(random.nextLong(2_100_000_000_000_001L));
    }

    private MilliSatoshi msat() {
        return new MilliSatoshi(random.nextLong(2_100_000_000_000_000_001L));
    }

    private FeeratePerKw feerate() {
        return new FeeratePerKw(u32());
    }

    private CltvDelta cltvDelta() {
        return new CltvDelta(random.nextInt(0x10000));
    }

    private long u32() {
        return random.nextLong(0x1_0000_0000L);
    }

    private Features features(int bits) {
        return new Features(bytesUpTo(bits / 8));
    }
}
