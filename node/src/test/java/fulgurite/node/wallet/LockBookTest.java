package fulgurite.node.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.wallet.LockBook.Hold;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockBookTest {
    private static final OutPoint COIN = new OutPoint(TxId.fromText("11".repeat(32)), 3);
    private static final OutPoint OTHER = new OutPoint(TxId.fromText("22".repeat(32)), 0);
    private static final TxId SENT = TxId.fromText("33".repeat(32));

    @TempDir
    Path directory;

    @Test
    void it_is_as_it_was_when_it_is_opened_again() {
        LockBook book = LockBook.in(directory, "shop");
        book.hold(Optional.of(7L), List.of(COIN, OTHER));
        Hold payment = book.hold(Optional.empty(), List.of(OTHER));
        book.markSent(SENT);
        book.drop(book.hold(Optional.of(8L), List.of(COIN)));

        LockBook again = LockBook.in(directory, "shop");
        assertThat(again.holds()).extracting(Hold::coins).containsExactly(List.of(COIN, OTHER), List.of(OTHER));
        assertThat(again.holds()).extracting(Hold::channel).containsExactly(Optional.of(7L), Optional.empty());
        assertThat(again.isSent(SENT)).isTrue();
        assertThat(again.isSent(COIN.txid())).isFalse();
        book.over(payment);
        assertThat(book.holds()).extracting(Hold::isOver).containsExactly(false, true);
    }

    @Test
    void what_another_wallet_holds_stays_and_is_not_touched() {
        LockBook.in(directory, "shop").hold(Optional.of(7L), List.of(COIN));
        LockBook other = LockBook.in(directory, "home");
        assertThat(other.holds()).isEmpty();
        other.hold(Optional.of(9L), List.of(OTHER));

        assertThat(LockBook.in(directory, "shop").holds()).extracting(Hold::coins).containsExactly(List.of(COIN));
        assertThat(LockBook.in(directory, "home").holds()).extracting(Hold::coins).containsExactly(List.of(OTHER));
    }

    @Test
    void a_spoiled_one_is_not_taken_for_an_empty_one() throws IOException {
        Files.writeString(directory.resolve(LockBook.NAME), "{");
        assertThatThrownBy(() -> LockBook.in(directory, "shop")).hasMessageContaining(LockBook.NAME)
                .hasMessageContaining("listlockunspent");
    }

    @Test
    void nothing_is_held_that_cannot_be_noted() throws IOException {
        LockBook book = LockBook.in(directory.resolve("gone"), "shop");
        assertThatThrownBy(() -> book.hold(Optional.of(1L), List.of(COIN))).hasMessageContaining("cannot write");
        assertThat(book.holds()).isEmpty();
    }
}
