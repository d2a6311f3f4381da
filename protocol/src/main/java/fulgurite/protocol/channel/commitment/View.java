package fulgurite.protocol.channel.commitment;

/** Which commitment transaction is meant, and so which updates are in it. @bolt 2, Normal Operation */
public enum View {
    /** Our latest commitment, that the peer has signed. */
    LOCAL_CURRENT(Side.LOCAL, Stage.RETURNED, Stage.COMMITTED),
    /** Ours as the peer's next commitment_signed will make it. */
    LOCAL_NEXT(Side.LOCAL, Stage.ACKNOWLEDGED, Stage.PROPOSED),
    /** The peer's commitment that it has not revoked. */
    REMOTE_CURRENT(Side.REMOTE, Stage.ACKNOWLEDGED, Stage.IRREVOCABLE),
    /** The peer's latest that we have signed: the same as the current one when nothing waits for a revocation. */
    REMOTE_SIGNED(Side.REMOTE, Stage.COMMITTED, Stage.RETURNED),
    /** The peer's as our next commitment_signed will make it. */
    REMOTE_NEXT(Side.REMOTE, Stage.PROPOSED, Stage.ACKNOWLEDGED),
    /** Our commitment once everything proposed so far is in it. */
    LOCAL_EVENTUAL(Side.LOCAL, Stage.PROPOSED, Stage.PROPOSED),
    /** The peer's commitment once everything proposed so far is in it. */
    REMOTE_EVENTUAL(Side.REMOTE, Stage.PROPOSED, Stage.PROPOSED);

    private final Side owner;
    private final Stage fromLocal;
    private final Stage fromRemote;

    View(Side owner, Stage fromLocal, Stage fromRemote) {
        this.owner = owner;
        this.fromLocal = fromLocal;
        this.fromRemote = fromRemote;
    }

    /** Whose transaction it is. */
    public Side owner() {
        return owner;
    }

    /** Whether an update by {@code sender} that has come to {@code stage} is in this commitment. */
    public boolean includes(Side sender, Stage stage) {
        return stage.atLeast(sender == Side.LOCAL ? fromLocal : fromRemote);
    }
}
