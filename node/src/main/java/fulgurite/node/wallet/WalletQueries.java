package fulgurite.node.wallet;

import fulgurite.node.wallet.WalletActor.Balance;
import fulgurite.node.wallet.WalletActor.Coins;
import fulgurite.node.wallet.WalletActor.Transactions;
import fulgurite.node.wallet.WalletKeys.Kind;
import fulgurite.protocol.bitcoin.Address;
import java.util.concurrent.CompletionStage;

/** What a wallet's user looks at. Stages fail when the wallet cannot be asked now; the failure says why. */
public interface WalletQueries {
    CompletionStage<Address> newAddress(Kind kind);

    CompletionStage<Balance> balance();

    CompletionStage<Coins> coins();

    CompletionStage<Transactions> transactions();
}
