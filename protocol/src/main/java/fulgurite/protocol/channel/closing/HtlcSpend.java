package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;

/**
 * An HTLC transaction of our commitment that is due. With anchors it has no fee of its own: the wallet makes one more
 * output, to a key of this channel, and all of that output is the fee. The output's transaction goes out with it.
 *
 * @param byPeer the peer's signature of it
 * @param preimage empty for HTLC-timeout
 * @bolt 5, Generation of HTLC Transactions
 */
record HtlcSpend(HtlcTransaction transaction, Signature byPeer, Bytes preimage, PrivateKey htlcSecret) {
    /** 41 bytes × 4, and the witness: a count, a signature of 72 bytes at most and a key, each with its length. */
    private static final int KEY_HASH_INPUT_WEIGHT = 4 * 41 + 1 + 73 + 34;
    private static final long REPLACEABLE = 0xfffffffdL;
    /** The least that any output is relayed with, and enough for a P2WPKH. */
    private static final Satoshi LEAST_FEE_OUTPUT = new Satoshi(330);

    /** The HTLC's output in our commitment. */
    OutPoint htlcOutput() {
        return transaction.tx().inputs().getFirst().outPoint();
    }

    /** The transaction as it stands, with the fee that it has itself. */
    Tx complete() {
        return HtlcTransactions.complete(transaction, transaction.tx(), byPeer, preimage, htlcSecret);
    }

    /** What the wallet is asked for. Any answer serves any HTLC of the channel. */
    ChannelEffect request(ChannelContext context) {
        int heavier = transaction.format().htlcWeight(CommittedHtlc.Direction.RECEIVED);
        long weight = heavier + KEY_HASH_INPUT_WEIGHT;
        Satoshi fee = context.feerates().normal().feeFor(weight).max(LEAST_FEE_OUTPUT);
        return new ChannelEffect.FundChannel(P2wpkh.script(context.keys().basepoints().htlc()), fee,
                context.feerates().normal());
    }

    /** The transaction with the wallet's output as its second input. @param keys of the channel */
    Tx fundedBy(Tx parent, int outputIndex, ChannelKeys keys) {
        TxOutput fee = parent.outputs().get(outputIndex);
        Tx grown = transaction.tx()
                .withInput(TxInput.unsigned(new OutPoint(parent.txid(), outputIndex), REPLACEABLE));
        Tx signed = HtlcTransactions.complete(transaction, grown, byPeer, preimage, htlcSecret);
        return P2wpkh.sign(signed, 1, fee.amount(), keys.htlc());
    }

    @Override
    public String toString() {
        return "HtlcSpend(" + htlcOutput() + ")";
    }
}
