package fulgurite.simulator.onchain;

/** Which channel a story is told of: every one is told of both commitment formats, funded by either side. */
enum Setting {
    ANCHORS_OURS(true, true), ANCHORS_THEIRS(true, false), STATIC_OURS(false, true), STATIC_THEIRS(false, false);

    final boolean anchors;
    final boolean weFund;

    Setting(boolean anchors, boolean weFund) {
        this.anchors = anchors;
        this.weFund = weFund;
    }
}
