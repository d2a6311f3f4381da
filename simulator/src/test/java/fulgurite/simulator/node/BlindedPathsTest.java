package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.onion.blinded.Introduction;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes pay a payee that they do not learn. */
class BlindedPathsTest {
    private static final MilliSatoshi AMOUNT = MilliSatoshi.msat(50_000_000);

    @TempDir
    private Path directory;
    private Village village;

    @AfterEach
    void leave() {
        village.close();
    }

    /** Alice, Bob, Carol and Dave in a row. */
    private void row() {
        village = new Village(directory);
        for (String name : new String[]{"alice", "bob", "carol", "dave"}) village.start(name);
        for (String name : new String[]{"alice", "bob", "carol"}) village.fund(name, new Satoshi(100_000_000));
        village.open("alice", "bob", new Satoshi(1_000_000), Satoshi.ZERO);
        village.open("bob", "carol", new Satoshi(1_000_000), Satoshi.ZERO);
        village.open("carol", "dave", new Satoshi(1_000_000), Satoshi.ZERO);
        village.awaitWay("alice", "dave", AMOUNT);
        awaitPaths(2, "bob");
    }

    /** Waits until gossip has told Dave of all the nodes with which his paths are to begin, and of their terms. */
    private void awaitPaths(int before, String... from) {
        List<String> ids = Stream.of(from).map(name -> village.id(name).toString()).sorted().toList();
        until("dave's paths begin with " + List.of(from), () -> await(village.node("dave")
                .blindedInvoice(Optional.of(AMOUNT), "", Duration.ofHours(1), before)
                .handle((invoice, failure) -> failure == null && introductions(invoice).stream()
                        .sorted()
                        .toList()
                        .equals(ids))));
    }

    private NodeService.BlindedInvoice invoice(MilliSatoshi amount, int before) {
        return await(village.node("dave").blindedInvoice(Optional.of(amount), "hidden", Duration.ofHours(1), before));
    }

    private NodeService.Payment pay(String payer, NodeService.BlindedInvoice invoice, MilliSatoshi amount) {
        return await(village.node(payer)
                .payBlinded(invoice.paymentHash(), amount, invoice.blindedPaths()));
    }

    /** The path's sums are rounded up: a payee may get a little more, less than a millionth. */
    private boolean daveHas(MilliSatoshi amount) {
        MilliSatoshi has = await(village.node("dave").balance()).inChannels();
        return has.atLeast(amount) && new MilliSatoshi(amount.msat() / 1_000_000 + 4).atLeast(has.minus(amount));
    }

    private List<String> story(String payer, PaymentHash hash) {
        return await(village.node(payer).explain(hash)).stream().map(NodeService.StoryLine::what).toList();
    }

    private List<String> introductions(NodeService.BlindedInvoice invoice) {
        return PaymentPath.decode(invoice.blindedPaths())
                .stream()
                .map(path -> ((Introduction.Node) path.path().introduction()).id().toString())
                .toList();
    }

    @Test
    @Tag("rule:blinded")
    void a_payee_two_blinded_hops_away_is_paid_and_not_learned_even_by_the_node_where_its_path_begins() {
        row();
        NodeService.BlindedInvoice invoice = invoice(AMOUNT, 2);
        assertThat(introductions(invoice)).containsExactly(village.id("bob").toString());
        assertThat(invoice.blindedPaths().toHex()).doesNotContain(village.id("dave").toHex(),
                village.id("carol").toHex());

        NodeService.Payment paid = pay("alice", invoice, AMOUNT);

        assertThat(paid.failure()).isEmpty();
        assertThat(paid.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        assertThat(paid.destination()).isEmpty();
        assertThat(paid.fee().msat()).isPositive();
        until("dave has it", () -> daveHas(AMOUNT));
        assertThat(story("alice", paid.paymentHash()))
                .anyMatch(line -> line.endsWith("to a payee behind 1 blinded path"))
                .anyMatch(line -> line.contains("> blinded path 1 to the payee"));

        // Bob, with whom the path begins, pays the rest of it himself; with one node before Dave it begins with Carol.
        NodeService.BlindedInvoice second = invoice(AMOUNT, 2);
        assertThat(pay("bob", second, AMOUNT).state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        NodeService.BlindedInvoice third = invoice(AMOUNT, 1);
        assertThat(introductions(third)).containsExactly(village.id("carol").toString());
        assertThat(pay("alice", third, AMOUNT).state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        assertThat(pay("carol", invoice(AMOUNT, 1), AMOUNT).state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        until("dave has four times as much", () -> daveHas(AMOUNT.times(4)));
        assertThatThrownBy(() -> pay("dave", invoice(AMOUNT, 1), AMOUNT))
                .hasMessageContaining("invoice with this hash");
    }

    @Test
    @Tag("rule:blinded")
    void while_the_payee_is_away_the_payer_hears_one_failure_and_pays_when_it_is_back_and_a_node_between_was_gone() {
        row();
        NodeService.BlindedInvoice invoice = invoice(AMOUNT, 2);
        village.stop("dave");

        NodeService.Payment failed = pay("alice", invoice, AMOUNT);

        assertThat(failed.state()).isEqualTo(NodeService.PaymentState.FAILED);
        assertThat(story("alice", failed.paymentHash()))
                .filteredOn(line -> line.startsWith("attempt") && line.contains("failed"))
                .isNotEmpty()
                .allMatch(line -> line.contains("hop 1 says invalid onion blinding")
                        && line.contains("tries blinded path 1"));
        village.stop("carol");
        village.start("carol");
        village.start("dave");
        for (String name : new String[]{"bob", "dave"})
            until(name + " has its channels again", () -> await(village.node(name).channels()).stream()
                    .allMatch(NodeService.Channel::connected));
        assertThat(pay("alice", invoice, AMOUNT).state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
    }

    @Test
    @Tag("rule:blinded")
    void what_no_path_carries_alone_is_paid_in_parts_over_several() {
        village = new Village(directory);
        for (String name : new String[]{"alice", "bob", "carol", "dave"}) village.start(name);
        for (String name : new String[]{"alice", "bob", "carol"}) village.fund(name, new Satoshi(100_000_000));
        for (String between : new String[]{"bob", "carol"}) {
            village.open("alice", between, new Satoshi(1_000_000), Satoshi.ZERO);
            village.open(between, "dave", new Satoshi(1_000_000), Satoshi.ZERO);
        }
        MilliSatoshi much = MilliSatoshi.msat(1_300_000_000);
        village.awaitWay("alice", "dave", AMOUNT);
        awaitPaths(1, "bob", "carol");
        NodeService.BlindedInvoice invoice = invoice(much, 1);
        assertThat(introductions(invoice)).containsExactlyInAnyOrder(village.id("bob").toString(),
                village.id("carol").toString());

        NodeService.Payment paid = pay("alice", invoice, much);

        assertThat(paid.failure()).isEmpty();
        assertThat(paid.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        until("dave has it", () -> await(village.node("dave").balance()).inChannels().equals(much));
        assertThat(story("alice", paid.paymentHash())).anyMatch(line -> line.contains("> blinded path 1 to the payee"))
                .anyMatch(line -> line.contains("> blinded path 2 to the payee"));
        assertThatThrownBy(() -> await(village.node("alice")
                .payBlinded(invoice.paymentHash(), much,
                        Bytes.fromHex("a000"))))
                .hasMessageContaining("not blinded paths");
    }
}
