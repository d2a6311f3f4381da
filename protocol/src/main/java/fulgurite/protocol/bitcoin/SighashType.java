package fulgurite.protocol.bitcoin;

/** What a signature commits to, and the byte that says so behind it. */
public enum SighashType {
    /** All inputs and all outputs. */
    ALL(0x01),
    /** This input and the output of the same index: others may add inputs and outputs. @bolt 5, Generation of HTLC Transactions */
    SINGLE_ANYONECANPAY(0x83);

    private final int flag;

    SighashType(int flag) {
        this.flag = flag;
    }

    /** The byte appended to a DER signature, 0..255. */
    public int flag() {
        return flag;
    }
}
