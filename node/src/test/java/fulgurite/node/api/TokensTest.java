package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    @TempDir
    private Path home;

    private String text(String file) throws IOException {
        return Files.readString(home.resolve(file));
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void the_first_start_makes_one_for_each_right_that_only_the_owner_can_read(Scope scope) throws IOException {
        Tokens tokens = FakeNode.tokens(home);
        String file = "tokens/" + scope + ".token";

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file))))
                .isEqualTo("rw-------");
        assertThat(tokens.recognise(text(file).strip())).hasValueSatisfying(
                caller -> assertThat(caller.scopes()).containsExactly(scope));
    }

    @Test
    void only_their_hashes_are_kept_for_the_next_start() throws IOException {
        Tokens.NewToken made = FakeNode.tokens(home).create("shop", List.of(Scope.INVOICE, Scope.READ));

        assertThat(text("tokens.json")).contains("shop").doesNotContain(made.token().split("_")[2]);
        assertThat(made.toString()).doesNotContain(made.token());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("tokens.json"))))
                .isEqualTo("rw-------");
        assertThat(FakeNode.tokens(home).recognise(made.token())).hasValueSatisfying(
                caller -> assertThat(caller.scopes()).containsExactly(Scope.READ, Scope.INVOICE));
    }

    @Test
    void a_revoked_one_opens_nothing_now_and_after_a_restart() throws IOException {
        Tokens tokens = FakeNode.tokens(home);
        String pay = text("tokens/pay.token").strip();
        Caller caller = tokens.recognise(pay).orElseThrow();
        tokens.revoke("pay");

        assertThat(tokens.recognise(pay)).isEmpty();
        assertThat(tokens.knows(caller)).isFalse();
        assertThat(FakeNode.tokens(home).recognise(pay)).isEmpty();
        assertThat(home.resolve("tokens/pay.token")).doesNotExist();
        assertThatThrownBy(() -> tokens.revoke("pay")).hasMessageContaining("no token 'pay'");
    }

    @Test
    void the_owner_s_is_the_same_at_each_start_until_it_is_revoked_or_lost() throws IOException {
        String first = FakeNode.tokens(home).ofOwner();
        assertThat(FakeNode.tokens(home).ofOwner()).isEqualTo(first).isEqualTo(text("tokens/admin.token").strip());
        FakeNode.tokens(home).revoke("admin");
        Tokens tokens = Tokens.open(home, () -> fulgurite.protocol.units.Bytes32.fromHex("77".repeat(32)),
                FakeNode.CLOCK);

        assertThat(tokens.ofOwner()).isNotEqualTo(first);
        assertThat(tokens.recognise(tokens.ofOwner())).hasValueSatisfying(
                caller -> assertThat(caller.may(Scope.PAY)).isTrue());
        assertThat(tokens.recognise(first)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fulgurite_", "fulgurite_00000000_", "read", "[]", "\u0000"})
    void what_is_none_is_not_recognised(String token) {
        assertThat(FakeNode.tokens(home).recognise(token)).isEmpty();
    }

    @Test
    void a_changed_letter_is_not_recognised() throws IOException {
        Tokens tokens = FakeNode.tokens(home);
        String token = text("tokens/admin.token").strip();
        char last = token.charAt(token.length() - 1);

        assertThat(tokens.recognise(token.substring(0, token.length() - 1) + (last == '0' ? '1' : '0'))).isEmpty();
        assertThat(tokens.recognise(token.toUpperCase(java.util.Locale.ROOT))).isEmpty();
    }

    @Test
    void a_bad_name_a_taken_one_and_no_rights_are_refused() {
        Tokens tokens = FakeNode.tokens(home);
        assertThatThrownBy(() -> tokens.create("../x", List.of(Scope.READ))).hasMessageContaining("letters");
        assertThatThrownBy(() -> tokens.create("read", List.of(Scope.READ))).hasMessageContaining("there is a token");
        assertThatThrownBy(() -> tokens.create("nothing", List.of())).hasMessageContaining("needs a right");
    }

    @Test
    void rights_stand_alone_and_admin_has_all() {
        for (Scope ours : Scope.values())
            for (Scope needed : Scope.values())
                assertThat(ours.includes(needed)).isEqualTo(ours == needed || ours == Scope.ADMIN);
    }
}
