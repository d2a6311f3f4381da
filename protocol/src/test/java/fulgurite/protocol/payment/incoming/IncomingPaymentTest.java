package fulgurite.protocol.payment.incoming;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.invoice.Bolt11Invoice;
import fulgurite.protocol.invoice.InvoiceDescription;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.PaymentData;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.Decision;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.incoming.IncomingCommand.*;
import fulgurite.protocol.payment.incoming.IncomingEffect.*;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class IncomingPaymentTest {
    private static final PaymentHash HASH = PaymentTerms.hashOf(PREIMAGE);
    private static final SharedSecret SHARED = new SharedSecret(new Bytes32(bytes("shared")));
    private static final CltvExpiry EXPIRY = CltvExpiry.at(HEIGHT).plus(FINAL_DELTA);
    private static final IncomingContext CONTEXT = at(NOW);
    private static final FailureMessage UNKNOWN = new FailureMessage.IncorrectOrUnknownPaymentDetails(AMOUNT, HEIGHT);

    private IncomingState state = IncomingPayment.initial();
    private final List<IncomingEvent> journal = new ArrayList<>();

    private static IncomingContext at(Timestamp now) {
        return new IncomingContext(HEIGHT, now, true, FINAL_DELTA);
    }

    private static Invoice invoice(Optional<MilliSatoshi> amount) {
        return new Invoice(HASH, PREIMAGE, SECRET, amount, "coffee", FINAL_DELTA, NOW, NOW.plusSeconds(3600),
                Optional.empty(), "lnbcrt…");
    }

    private List<IncomingEffect> run(IncomingContext context, IncomingCommand command) {
        var accepted = accepted(IncomingPayment.decide(context, state, command));
        for (IncomingEvent event : accepted.events()) {
            journal.add(event);
            state = IncomingPayment.evolve(state, event);
        }
        IncomingState replayed = IncomingPayment.initial();
        for (IncomingEvent event : journal) replayed = IncomingPayment.evolve(replayed, event);
        assertThat(replayed).isEqualTo(state);
        return accepted.effects();
    }

    private IncomingPaymentTest open() {
        run(CONTEXT, new CreateInvoice(invoice(Optional.of(AMOUNT))));
        return this;
    }

    private List<IncomingEffect> receive(Arrival.ForUs arrival) {
        return run(CONTEXT, new ReceiveHtlc(arrival));
    }

    private static Arrival.ForUs part(int number, MilliSatoshi amount, MilliSatoshi total) {
        return arrival(number, amount, EXPIRY,
                HopPayload.Final.ofInvoice(amount, EXPIRY, new PaymentData(SECRET, total), Optional.empty()));
    }

    private static Arrival.ForUs arrival(int number, MilliSatoshi amount, CltvExpiry expiry, HopPayload.Final payload) {
        return new Arrival.ForUs(new IncomingHtlc(htlc(number), amount, expiry, HASH, Bytes.EMPTY), payload, SHARED);
    }

    private static Arrival.ForUs spontaneous(PaymentPreimage preimage) {
        return arrival(0, AMOUNT, EXPIRY, HopPayload.Final.spontaneous(AMOUNT, EXPIRY, preimage));
    }

    /** The failure in the only answer. */
    private static FailureMessage failure(List<IncomingEffect> effects) {
        assertThat(effects).hasSize(1);
        return failure(((Answer) effects.getFirst()).answer());
    }

    private static FailureMessage failure(HtlcAnswer answer) {
        var reason = ((HtlcAnswer.Fail) answer).reason();
        return ((FailurePacket.Failed) FailurePacket.unwrap(List.of(SHARED), reason)).failure();
    }

    private static Answer fulfil(int number) {
        return new Answer(new HtlcAnswer.Fulfil(htlc(number), PREIMAGE));
    }

    @Test
    void an_invoice_is_paid_once() {
        assertThat(open().receive(part(0, AMOUNT, AMOUNT)))
                .containsExactly(fulfil(0), new ReportReceived(HASH, AMOUNT));
        assertThat(journal).last()
                .isEqualTo(new IncomingEvent.PaymentReceived(HASH, PREIMAGE, List.of(htlc(0)), AMOUNT, NOW));

        assertThat(failure(receive(part(1, AMOUNT, AMOUNT)))).isEqualTo(UNKNOWN);
    }

    @Test
    void the_same_htlc_after_a_restart_gets_the_same_answer_and_no_event() {
        open().receive(part(0, AMOUNT, AMOUNT));
        int events = journal.size();

        assertThat(run(at(NOW.plusSeconds(100_000)), new ReceiveHtlc(part(0, AMOUNT, AMOUNT))))
                .containsExactly(fulfil(0));
        assertThat(journal).hasSize(events);
        assertThat(IncomingPayment.resume(state)).isEmpty();
    }

    @Test
    void a_hash_has_one_invoice() {
        open();
        Decision<?, ?> again = IncomingPayment.decide(CONTEXT, state, new CreateInvoice(invoice(Optional.empty())));
        assertThat(refused(again)).isEqualTo(new Refusal.HashTaken(HASH));
        receive(part(0, AMOUNT, AMOUNT));
        assertThat(refused(IncomingPayment.decide(CONTEXT, state, new CreateInvoice(invoice(Optional.empty())))))
                .isEqualTo(new Refusal.HashTaken(HASH));
    }

    @Test
    void an_invoice_with_the_preimage_of_another_hash_is_refused() {
        var bad = new Invoice(HASH, new PaymentPreimage(bytes("wrong")), SECRET, Optional.empty(), "", FINAL_DELTA, NOW,
                NOW, Optional.empty(), "");

        assertThat(refused(IncomingPayment.decide(CONTEXT, state, new CreateInvoice(bad))))
                .isEqualTo(new Refusal.WrongPreimage(HASH));
    }

    /** The final node must not tell a prober which of these it was. @bolt 4, Failure Messages */
    @Test
    @Tag("rule:24")
    void hash_secret_amount_and_expiry_that_are_wrong_get_one_and_the_same_answer() {
        assertThat(failure(receive(part(0, AMOUNT, AMOUNT)))).isEqualTo(UNKNOWN);

        open();
        var otherSecret = new PaymentData(new PaymentSecret(bytes("other")), AMOUNT);
        CltvExpiry early = new CltvExpiry(EXPIRY.height() - 1);
        var data = new PaymentData(SECRET, AMOUNT);
        for (Arrival.ForUs wrong : List.of(
                arrival(0, AMOUNT, EXPIRY, HopPayload.Final.ofInvoice(AMOUNT, EXPIRY, otherSecret, Optional.empty())),
                arrival(0, AMOUNT, EXPIRY, HopPayload.Final.spontaneous(AMOUNT, EXPIRY, PREIMAGE)),
                arrival(0, AMOUNT, early, HopPayload.Final.ofInvoice(AMOUNT, early, data, Optional.empty())),
                arrival(0, AMOUNT, EXPIRY, totalOf(AMOUNT.minus(MilliSatoshi.msat(1)))),
                arrival(0, AMOUNT, EXPIRY, totalOf(AMOUNT.times(2).plus(MilliSatoshi.msat(1))))))
            assertThat(failure(receive(wrong))).isEqualTo(UNKNOWN);
        assertThat(journal).hasSize(1);
    }

    private static HopPayload.Final totalOf(MilliSatoshi total) {
        return HopPayload.Final.ofInvoice(AMOUNT, EXPIRY, new PaymentData(SECRET, total), Optional.empty());
    }

    @Test
    @Tag("rule:24")
    void up_to_twice_the_amount_is_accepted() {
        assertThat(open().receive(part(0, AMOUNT.times(2), AMOUNT.times(2))))
                .containsExactly(fulfil(0), new ReportReceived(HASH, AMOUNT.times(2)));
    }

    @Test
    void an_invoice_without_amount_takes_any() {
        run(CONTEXT, new CreateInvoice(invoice(Optional.empty())));

        assertThat(receive(part(0, MilliSatoshi.msat(7), MilliSatoshi.msat(7)))).contains(fulfil(0));
    }

    @Test
    void an_expired_invoice_is_not_paid_but_in_its_last_second_it_is() {
        open();
        assertThat(failure(run(at(NOW.plusSeconds(3601)), new ReceiveHtlc(part(0, AMOUNT, AMOUNT)))))
                .isEqualTo(UNKNOWN);
        assertThat(run(at(NOW.plusSeconds(3600)), new ReceiveHtlc(part(0, AMOUNT, AMOUNT)))).contains(fulfil(0));
    }

    @Test
    void metadata_that_the_invoice_gave_must_come_back() {
        Bytes metadata = Bytes.fromHex("beef");
        run(CONTEXT, new CreateInvoice(new Invoice(HASH, PREIMAGE, SECRET, Optional.of(AMOUNT), "", FINAL_DELTA, NOW,
                NOW.plusSeconds(60), Optional.of(metadata), "")));
        assertThat(failure(receive(part(0, AMOUNT, AMOUNT)))).isEqualTo(UNKNOWN);

        var data = new PaymentData(SECRET, AMOUNT);
        assertThat(receive(arrival(1, AMOUNT, EXPIRY,
                HopPayload.Final.ofInvoice(AMOUNT, EXPIRY, data, Optional.of(metadata))))).contains(fulfil(1));
    }

    @Test
    @Tag("rule:24")
    void an_htlc_below_what_its_payload_says_was_tampered_with() {
        open();
        MilliSatoshi less = AMOUNT.minus(MilliSatoshi.msat(1));
        assertThat(failure(receive(arrival(0, less, EXPIRY, totalOf(AMOUNT)))))
                .isEqualTo(new FailureMessage.FinalIncorrectHtlcAmount(less));

        CltvExpiry later = EXPIRY.plus(new CltvDelta(1));
        var payload = HopPayload.Final.ofInvoice(AMOUNT, later, new PaymentData(SECRET, AMOUNT), Optional.empty());
        assertThat(failure(receive(arrival(0, AMOUNT, EXPIRY, payload))))
                .isEqualTo(new FailureMessage.FinalIncorrectCltvExpiry(EXPIRY));
    }

    @Test
    void an_htlc_above_what_its_payload_says_is_accepted() {
        MilliSatoshi more = AMOUNT.plus(MilliSatoshi.msat(5));

        assertThat(open().receive(arrival(0, more, EXPIRY.plus(new CltvDelta(9)), totalOf(AMOUNT))))
                .containsExactly(fulfil(0), new ReportReceived(HASH, more));
    }

    @Test
    void a_spontaneous_payment_is_accepted_with_its_own_preimage() {
        assertThat(receive(spontaneous(PREIMAGE))).containsExactly(fulfil(0), new ReportReceived(HASH, AMOUNT));
        assertThat(receive(spontaneous(PREIMAGE))).containsExactly(fulfil(0));
        assertThat(state).isEqualTo(
                new IncomingState.Paid(HASH, Optional.empty(), PREIMAGE, List.of(htlc(0)), AMOUNT, NOW));
    }

    @Test
    void a_spontaneous_payment_is_refused_with_another_preimage_too_late_or_where_none_is_wanted() {
        assertThat(failure(receive(spontaneous(new PaymentPreimage(bytes("wrong")))))).isEqualTo(UNKNOWN);
        var unwilling = new IncomingContext(HEIGHT, NOW, false, FINAL_DELTA);
        assertThat(failure(run(unwilling, new ReceiveHtlc(spontaneous(PREIMAGE))))).isEqualTo(UNKNOWN);
        var hasty = new IncomingContext(HEIGHT, NOW, true, new CltvDelta(FINAL_DELTA.blocks() + 1));
        assertThat(failure(run(hasty, new ReceiveHtlc(spontaneous(PREIMAGE))))).isEqualTo(UNKNOWN);
        assertThat(journal).isEmpty();
    }

    @Test
    void parts_are_held_until_the_total_is_there_and_then_fulfilled_together() {
        MilliSatoshi third = MilliSatoshi.msat(400_000);
        assertThat(open().receive(part(0, third, AMOUNT)))
                .containsExactly(new WakeAt(HASH, NOW.plusSeconds(IncomingPayment.SET_TIMEOUT_SECONDS)));
        assertThat(receive(part(1, third, AMOUNT))).isEmpty();
        assertThat(receive(part(0, third, AMOUNT))).isEmpty();

        assertThat(receive(part(2, third, AMOUNT))).containsExactly(fulfil(0), fulfil(1), fulfil(2),
                new ReportReceived(HASH, third.times(3)));
        for (int number = 0; number < 3; number++)
            assertThat(receive(part(number, third, AMOUNT))).containsExactly(fulfil(number));
    }

    @Test
    void a_restart_wakes_a_set_that_waits() {
        open().receive(part(0, MilliSatoshi.msat(1), AMOUNT));

        assertThat(IncomingPayment.resume(state)).containsExactly(new WakeAt(HASH, NOW.plusSeconds(60)));
        assertThat(IncomingPayment.resume(IncomingPayment.initial())).isEmpty();
    }

    @Test
    @Tag("rule:24")
    void a_set_that_stays_incomplete_is_failed_after_sixty_seconds_and_not_before() {
        open();
        MilliSatoshi half = MilliSatoshi.msat(500_000);
        receive(part(0, half.minus(MilliSatoshi.msat(1)), AMOUNT));
        run(at(NOW.plusSeconds(10)), new ReceiveHtlc(part(1, half, AMOUNT)));

        assertThat(run(at(NOW.plusMillis(59_999)), new Wake()))
                .containsExactly(new WakeAt(HASH, NOW.plusSeconds(60)));
        List<IncomingEffect> effects = run(at(NOW.plusSeconds(60)), new Wake());

        assertThat(effects).hasSize(2)
                .allSatisfy(
                        effect -> assertThat(failure(((Answer) effect).answer()))
                                .isEqualTo(new FailureMessage.MppTimeout()));
        assertThat(effects).extracting(effect -> ((Answer) effect).answer().htlc())
                .containsExactly(htlc(0), htlc(1));
        assertThat(run(at(NOW.plusSeconds(61)), new Wake())).isEmpty();
        assertThat(receive(part(2, AMOUNT, AMOUNT))).contains(fulfil(2));
    }

    @Test
    @Tag("rule:24")
    void parts_that_have_waited_too_long_are_not_completed_even_before_they_are_failed() {
        MilliSatoshi half = MilliSatoshi.msat(500_000);
        open().receive(part(0, half, AMOUNT));

        List<IncomingEffect> effects = run(at(NOW.plusSeconds(60)), new ReceiveHtlc(part(1, half, AMOUNT)));

        assertThat(failure(((Answer) effects.getFirst()).answer())).isEqualTo(new FailureMessage.MppTimeout());
        assertThat(((Answer) effects.getFirst()).answer().htlc()).isEqualTo(htlc(1));
        assertThat(run(at(NOW.plusSeconds(60)), new Wake())).singleElement()
                .satisfies(e -> assertThat(((Answer) e).answer().htlc()).isEqualTo(htlc(0)));
    }

    @Test
    @Tag("rule:24")
    void parts_that_promise_unlike_totals_are_all_failed() {
        MilliSatoshi part = MilliSatoshi.msat(10);
        open().receive(part(0, part, AMOUNT));

        List<IncomingEffect> effects = receive(part(1, part, AMOUNT.plus(MilliSatoshi.msat(1))));

        assertThat(effects).extracting(effect -> ((Answer) effect).answer().htlc())
                .containsExactly(htlc(0), htlc(1));
        assertThat(effects).allSatisfy(effect -> assertThat(failure(((Answer) effect).answer()))
                .isEqualTo(new FailureMessage.IncorrectOrUnknownPaymentDetails(part, HEIGHT)));
        assertThat(state).isEqualTo(new IncomingState.Open(invoice(Optional.of(AMOUNT)), Optional.empty(), List.of()));
    }

    /** Seeded: whatever comes in whatever order, the preimage goes out only against the whole amount, and to each part. */
    @Test
    void the_preimage_is_never_given_for_less_than_the_invoice_asks() {
        int paid = 0;
        for (int seed = 0; seed < 400; seed++) paid += neverGivesThePreimageForLess(new Random(seed));
        assertThat(paid).isBetween(50, 399);
    }

    private static int neverGivesThePreimageForLess(Random random) {
        var test = new IncomingPaymentTest().open();
        Timestamp now = NOW;
        List<Arrival.ForUs> sent = new ArrayList<>();
        for (int step = 0; step < 20; step++) {
            now = now.plusSeconds(random.nextInt(25));
            IncomingCommand command = random.nextInt(4) == 0 ? new Wake() : new ReceiveHtlc(anyPart(random, sent));
            List<IncomingEffect> effects = test.run(at(now), command);
            List<HtlcKey> fulfilled = effects.stream()
                    .filter(effect -> effect instanceof Answer answer && answer.answer() instanceof HtlcAnswer.Fulfil)
                    .map(effect -> ((Answer) effect).answer().htlc())
                    .toList();
            if (fulfilled.isEmpty()) continue;
            var state = (IncomingState.Paid) test.state;
            assertThat(state.htlcs()).containsAll(fulfilled).doesNotHaveDuplicates();
            assertThat(state.amount().atLeast(AMOUNT)).isTrue();
            assertThat(sent.stream()
                    .filter(part -> state.htlcs().contains(part.htlc().key()))
                    .distinct()
                    .mapToLong(part -> part.htlc().amount().msat())
                    .sum()).isEqualTo(state.amount().msat());
        }
        return test.state instanceof IncomingState.Paid ? 1 : 0;
    }

    private static Arrival.ForUs anyPart(Random random, List<Arrival.ForUs> sent) {
        if (!sent.isEmpty() && random.nextInt(4) == 0) return sent.get(random.nextInt(sent.size()));
        var amount = MilliSatoshi.msat(1 + random.nextInt(600_000));
        var total = random.nextInt(5) == 0 ? AMOUNT.plus(MilliSatoshi.msat(9)) : AMOUNT;
        Arrival.ForUs part = part(sent.size(), amount, total);
        sent.add(part);
        return part;
    }

    @Test
    void an_issued_invoice_is_signed_and_can_be_read_by_its_payer() {
        Bolt11Invoice request = Bolt11Invoice.of(BitcoinNetwork.REGTEST, Optional.of(AMOUNT), NOW, node(3), HASH,
                SECRET, new InvoiceDescription.Plain("coffee"));

        Invoice issued = Invoice.issue(request, PREIMAGE, "coffee", key(3));

        assertThat(Bolt11Invoice.decode(issued.bolt11())).isEqualTo(request);
        assertThat(issued.expiresAt()).isEqualTo(NOW.plusSeconds(3600));
        assertThatThrownBy(() -> Invoice.issue(request, new PaymentPreimage(bytes("wrong")), "", key(3)))
                .hasMessageContaining("preimage");
    }

    @Test
    void the_journal_s_text_shows_no_secret() {
        open().receive(part(0, MilliSatoshi.msat(1), AMOUNT));
        receive(part(1, AMOUNT, AMOUNT));

        assertThat(journal.toString() + state).contains("hidden")
                .doesNotContain(PREIMAGE.toHex(), SECRET.toHex(), SHARED.bytes().toHex());
    }
}
