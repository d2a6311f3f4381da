package fulgurite.node.api;

import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;

/** Who may call: one user and one password. The text form hides the password. */
public record ApiCredentials(String user, String password) {
    public ApiCredentials {
        if (user.isEmpty() || user.contains(":"))
            throw new IllegalArgumentException("the API user must not be empty or contain ':'");
        if (password.isEmpty()) throw new IllegalArgumentException("the API password must not be empty");
    }

    /** Takes the same time for every wrong pair of the same lengths. */
    public boolean matches(String givenUser, String givenPassword) {
        return bytes(user).equalsInConstantTime(bytes(givenUser))
                & bytes(password).equalsInConstantTime(bytes(givenPassword));
    }

    private static Bytes bytes(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "ApiCredentials(" + user + ", hidden)";
    }
}
