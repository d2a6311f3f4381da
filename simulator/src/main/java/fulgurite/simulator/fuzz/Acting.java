package fulgurite.simulator.fuzz;

import fulgurite.node.api.NodeService;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.invoice.Bolt11Invoice;
import fulgurite.protocol.invoice.InvoiceDescription;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Makes steps happen. Nothing waits here for a node's answer but questions that are answered at once. */
final class Acting {
    /** Channels, open or closing, that a node may have before it opens no more. */
    private static final int MOST_CHANNELS = 6;
    private static final Duration NEARLY = Duration.ofMillis(900);
    private static final Duration LASTING = Duration.ofHours(1);

    private final Stage stage;
    private final CrashableWorld world;
    private final Mining mining;
    private final Tally tally;

    Acting(Stage stage, Mining mining) {
        this.stage = stage;
        this.world = stage.world();
        this.mining = mining;
        this.tally = stage.tally();
    }

    void act(Step step) {
        switch (step) {
            case Step.Pay pay -> pay(pay);
            case Step.Hold(int node, long millis) -> world.node(node)
                    .holdNext(millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis)));
            case Step.Feerate(long satPerKw) -> stage.setFeerate(new FeeratePerKw(satPerKw));
            case Step.Cut(int line) -> world.lines()
                    .disconnect(world.node(line).home(), world.node(line + 1).home());
            case Step.CutWithin(int line, boolean onwards, int bytes) -> cutWithin(onwards ? line : line + 1,
                    onwards ? line + 1 : line, bytes);
            case Step.Part(int line, long millis) -> part(line, millis);
            case Step.Slow(long extra, long millis) -> {
                world.lines().delay(Duration.ofMillis(extra));
                after(millis, () -> world.lines().delay(Duration.ZERO));
            }
            case Step.Crash crash -> world.node(crash.node())
                    .plan(new WorldNode.CrashPlan(crash.where(), crash.passed(), Duration.ofMillis(crash.downMillis()),
                            crash.inFlightIsLost(), crash.again()));
            case Step.Mine(int blocks, boolean atOnce) -> mining.mine(blocks, atOnce);
            case Step.Reorganise(int depth, int empty, boolean rivals) -> mining.reorganise(depth, empty, rivals);
            case Step.Close(int node, int channel, boolean force) -> close(node, channel, force);
            case Step.BumpClose(int node, int channel, long satPerKw) -> channel(node, channel).ifPresent(
                    id -> stage.ask("bump a close", stage.service(node)
                            .orElseThrow()
                            .close(id, false, Optional.of(
                                    new FeeratePerKw(satPerKw))),
                            closing -> tally.count("bump a close: published")));
            case Step.Connect(int from, int to) -> stage.service(from)
                    .ifPresent(service -> stage.ask("connect", service.connect(world.node(to).uri()),
                            peer -> tally.count("connect: done")));
            case Step.Cheat(int node, int channel) -> channel(node, channel).ifPresent(id -> stage.ask("cheat",
                    stage.service(node).orElseThrow().publishRevoked(id), this::cheated));
            case Step.Open open -> open(open);
            case Step.SpendElsewhere(int node) -> Elsewhere.spend(stage, node);
            case Step.LoseChain(int node, long millis) -> {
                world.node(node).interruptChain();
                after(millis, () -> world.node(node).restoreChain());
            }
            case Step.LoseJournal(int node, long millis, boolean stored) -> stage.outages()
                    .begin(world.node(node), millis, stored);
        }
    }

    private void after(long millis, Runnable task) {
        world.engine().loop().schedule(Duration.ofMillis(millis), task);
    }

    private void cutWithin(int from, int to, int bytes) {
        world.lines().cutAfter(world.node(from).home(), world.node(to).home(), bytes);
    }

    private void part(int line, long millis) {
        world.lines().partition(world.node(line).home(), world.node(line + 1).home());
        after(millis, () -> world.lines().heal(world.node(line).home(), world.node(line + 1).home()));
    }

    private void close(int node, int which, boolean force) {
        String what = force ? "close by force" : "close";
        channel(node, which).ifPresent(id -> stage.ask(what, stage.service(node).orElseThrow().close(id, force),
                closing -> tally.count(what + ": published")));
    }

    private Optional<ChannelId> channel(int node, int which) {
        return stage.service(node)
                .map(service -> world.await(service.channels()))
                .filter(channels -> !channels.isEmpty())
                .map(channels -> channels.get(which % channels.size()).channelId());
    }

    private void cheated(TxId revoked) {
        stage.cheats().add(revoked);
        tally.count("cheat: published");
    }

    private void open(Step.Open open) {
        Optional<NodeService> opener = stage.service(open.from());
        if (opener.isEmpty() || world.await(opener.get().channels()).size() >= MOST_CHANNELS) return;
        stage.ask("open", opener.get().create(stage.request(open)), channel -> tally.count("open: funded"));
    }

    private void pay(Step.Pay pay) {
        Optional<NodeService> payer = stage.service(pay.from());
        if (payer.isEmpty()) return;
        var amount = new MilliSatoshi(pay.msat());
        WorldNode payee = world.node(pay.to());
        switch (pay.kind()) {
            case KEYSEND -> tell("keysend", payer.get().send(payee.id(), amount));
            case TOO_MUCH -> tell("too much", payer.get()
                    .send(payee.id(), new MilliSatoshi(
                            Stage.COIN.toMilliSatoshi().msat() * Stage.COINS + pay.msat())));
            case INVOICE -> payee.service()
                    .ifPresent(service -> stage.ask("invoice", service.invoice(Optional.of(amount), "fuzz", LASTING),
                            invoice -> payInvoice("invoice", pay.from(), invoice.bolt11())));
            case UNKNOWN_HASH -> payInvoice("unknown hash", pay.from(),
                    invoice(payee, amount, LASTING, preimage()).bolt11());
            case NEARLY_EXPIRED -> issued(payee, invoice(payee, amount, Duration.ofSeconds(1), preimage()),
                    invoice -> after(NEARLY.toMillis(),
                            () -> payInvoice("nearly expired", pay.from(), invoice.bolt11())));
            case BLINDED -> payBlinded("blinded", pay.from(), payee, amount, amount, 1);
            case BLINDED_FAR -> payBlinded("blinded far", pay.from(), payee, amount, amount, 2);
            case BLINDED_TOO_LITTLE -> payBlinded("blinded too little", pay.from(), payee, amount,
                    new MilliSatoshi(Math.max(1, pay.msat() / 2)), 1);
            case FIRST_PART -> payPart(pay, payee, amount);
            case TOO_LITTLE -> {
                PaymentPreimage preimage = preimage();
                Invoice asked = invoice(payee, amount, LASTING, preimage);
                var half = new MilliSatoshi(Math.max(1, pay.msat() / 2));
                issued(payee, asked,
                        invoice -> payInvoice("too little", pay.from(), reissued(payee, asked, half)));
            }
        }
    }

    /** @param before nodes on each path before the payee, where there are so many */
    private void payBlinded(String what, int payer, WorldNode payee, MilliSatoshi asked, MilliSatoshi paid,
            int before) {
        payee.service()
                .ifPresent(service -> stage.ask("blinded invoice",
                        service.blindedInvoice(Optional.of(asked), "fuzz", LASTING, before),
                        invoice -> stage.service(payer)
                                .ifPresent(paying -> tell(what, payer, invoice.paymentHash(),
                                        paying.payBlinded(invoice.paymentHash(), paid, invoice.blindedPaths())))));
    }

    private void payInvoice(String what, int payer, String bolt11) {
        stage.service(payer)
                .ifPresent(service -> tell(what, payer, Bolt11Invoice.decode(bolt11).paymentHash(),
                        service.pay(bolt11, Optional.empty())));
    }

    /** Only to a neighbour: the payer's part is made by hand, since no node of ours pays in parts. */
    private void payPart(Step.Pay pay, WorldNode payee, MilliSatoshi amount) {
        // Of less than this, a half is the whole.
        MilliSatoshi inTwo = new MilliSatoshi(Math.max(2, amount.msat()));
        Invoice asked = invoice(payee, inTwo, LASTING, preimage());
        world.node(pay.from())
                .running()
                .ifPresent(payer -> issued(payee, asked, invoice -> PartPayment.send(world, payer, payee, invoice)
                        .ifPresent(sent -> tally.count("pay, first part: sent"))));
    }

    private void tell(String what, int payer, PaymentHash hash, CompletionStage<NodeService.Payment> paying) {
        tell(what, paying);
        stage.owed().expect(world.node(payer), hash, paying);
    }

    private void tell(String what, CompletionStage<NodeService.Payment> paying) {
        stage.ask("pay, " + what, paying, payment -> {
            tally.count("pay, " + what + (payment.state() == PaymentState.SUCCEEDED ? ": succeeded" : ": failed"));
            world.engine().trace().record(what + " " + payment.paymentHash() + " " + payment.state());
        });
    }

    private void issued(WorldNode payee, Invoice invoice, Consumer<Invoice> then) {
        payee.running().ifPresent(running -> {
            running.actors()
                    .payments()
                    .tell(new PaymentsActor.AddInvoice(invoice, world.nobody()));
            then.accept(invoice);
        });
    }

    private PaymentPreimage preimage() {
        return new PaymentPreimage(world.entropy().next().bytes());
    }

    private Invoice invoice(WorldNode payee, MilliSatoshi amount, Duration expiry, PaymentPreimage preimage) {
        var secret = new PaymentSecret(Hashes.sha256(preimage.bytes(), preimage.bytes()).bytes());
        Bolt11Invoice request = Bolt11Invoice.of(payee.settings().network(), Optional.of(amount),
                new Timestamp(world.engine().clock().millis()), payee.id(), PaymentTerms.hashOf(preimage), secret,
                new InvoiceDescription.Plain("fuzz")).withExpirySeconds(expiry.toSeconds());
        return Invoice.issue(request, preimage, "fuzz", payee.nodeKey());
    }

    /** The same request for another amount, as a payer might forge it for himself. */
    private String reissued(WorldNode payee, Invoice asked, MilliSatoshi amount) {
        return invoice(payee, amount, LASTING, asked.preimage()).bolt11();
    }
}
