package fulgurite.node.chain.bitcoind;

import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** How to sign in to bitcoind. The text forms hide the password. */
public sealed interface RpcCredentials {
    /** {@code rpcuser} and {@code rpcpassword}, or the user and password behind {@code rpcauth}. */
    record Password(String user, String password) implements RpcCredentials {
        @Override
        public String toString() {
            return "Password(" + user + ", hidden)";
        }
    }

    /** The file {@code .cookie} that bitcoind writes anew at each start; it is read at each call. */
    record Cookie(Path file) implements RpcCredentials {}

    /** The value of the Authorization header: a secret. */
    default String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword().getBytes(StandardCharsets.UTF_8));
    }

    private String userAndPassword() {
        return switch (this) {
            case Password(String user, String password) -> user + ":" + password;
            case Cookie(Path file) -> read(file);
        };
    }

    /** Where a person looks when bitcoind refuses to be signed in to. */
    default String advice() {
        return switch (this) {
            case Password(String user, String password) ->
                "check the user (" + user + ") and the password against rpcuser and rpcpassword in bitcoin.conf";
            case Cookie(Path file) -> "check that " + file + " is the cookie of this very bitcoind";
        };
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new ChainUnavailableException("cannot read bitcoind's cookie " + file
                    + ": is bitcoind running, and may this user read its data directory?");
        }
    }
}
