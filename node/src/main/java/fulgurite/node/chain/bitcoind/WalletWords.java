package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.bitcoind.BitcoindWallet.WalletRefusedException;
import java.util.Optional;

/** What is to be said to a person of a wallet of bitcoind's that cannot pay, and what to do about it. @param name of the wallet */
record WalletWords(String name) {
    String called() {
        return "bitcoind's wallet \"" + name + "\"";
    }

    /** Why it cannot pay. @param info as getwalletinfo answers */
    Optional<WalletRefusedException> verdict(JsonNode info) {
        if (!info.path("private_keys_enabled").asBoolean(true))
            return refused(" has no private keys, so it cannot pay: name another one as wallet.bitcoind.name");
        if (info.path("external_signer").asBoolean())
            return refused(" signs by a device that a person must be at: name another one as wallet.bitcoind.name");
        if (info.path("unlocked_until").asLong(1) == 0) return Optional.of(isLocked());
        if (info.path("blank").asBoolean())
            return refused(" is blank, without keys: import some, or name another one as wallet.bitcoind.name");
        return Optional.empty();
    }

    private Optional<WalletRefusedException> refused(String trouble) {
        return Optional.of(new WalletRefusedException(called() + trouble));
    }

    WalletRefusedException isLocked() {
        return new WalletRefusedException(
                called() + " is encrypted and locked, so it cannot sign: unlock it for as long"
                        + " as the node runs, by 'bitcoin-cli -rpcwallet=" + (name.isEmpty() ? "\"\"" : name)
                        + " walletpassphrase PASSPHRASE SECONDS'");
    }
}
