package fulgurite.node.journal;

import fulgurite.node.payment.PaymentEvent;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.payment.incoming.IncomingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes samples of every kind of event in the version that is written now. Not a test, and run once for each version,
 * with the journals of real nodes:
 *
 * <pre>mvn test -pl protocol,node,simulator -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest='Golden*Capture' -Dgolden.capture=$PWD/node/src/test/resources/journal/vN</pre>
 */
@EnabledIfSystemProperty(named = "golden.capture", matches = ".+")
class GoldenSamplesCapture {
    private static final int SAMPLES = 3;

    @Test
    void every_kind_of_event() throws IOException {
        var lines = new ArrayList<String>();
        for (EventFamily family : EventFamily.ALL)
            for (Class<?> kind : SealedTypes.kindsOf(family.type()))
                for (int seed = 0; seed < SAMPLES; seed++) {
                    Object event = new SampleValues(1000 + seed).of(kind);
                    lines.add(line(event));
                }
        write("samples.journal", lines);
    }

    /** Kinds that came after their version's samples: each has a file of its own, named by what brought them. */
    @Test
    void kinds_of_blinded_paths() throws IOException {
        var lines = new ArrayList<String>();
        for (int seed = 0; seed < SAMPLES; seed++) {
            var values = new SampleValues(2000 + seed);
            var terms = (PaymentTerms) values.of(PaymentTerms.class);
            var over = (PaymentTerms.OverBlindedPaths) values.of(PaymentTerms.OverBlindedPaths.class);
            for (Object event : new Object[]{values.of(ChannelEvent.HtlcBlinded.class),
                    new PaymentEvent.IncomingChanged((IncomingEvent) values.of(
                            IncomingEvent.BlindedInvoiceCreated.class)),
                    new PaymentEvent.OutgoingChanged(new OutgoingEvent.PaymentStarted(
                            new PaymentTerms(terms.paymentHash(), terms.destination(), terms.amount(),
                                    terms.minFinalDelta(), over, terms.limits()),
                            (Timestamp) values.of(Timestamp.class)))})
                lines.add(line(event));
        }
        write("blinded-samples.journal", lines);
    }

    private static String line(Object event) {
        var serializer = new EventSerializer();
        return serializer.manifest(event) + " " + Base64.getEncoder().encodeToString(serializer.toBinary(event));
    }

    private static void write(String name, List<String> lines) throws IOException {
        Path target = Files.createDirectories(Path.of(System.getProperty("golden.capture")));
        Files.write(target.resolve(name), lines);
    }
}
