package fulgurite.node.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
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
        var serializer = new EventSerializer();
        var lines = new ArrayList<String>();
        for (EventFamily family : EventFamily.ALL)
            for (Class<?> kind : SealedTypes.kindsOf(family.type()))
                for (int seed = 0; seed < SAMPLES; seed++) {
                    Object event = new SampleValues(1000 + seed).of(kind);
                    lines.add(serializer.manifest(event) + " "
                            + Base64.getEncoder().encodeToString(serializer.toBinary(event)));
                }
        Path target = Files.createDirectories(Path.of(System.getProperty("golden.capture")));
        Files.write(target.resolve("samples.journal"), lines);
    }
}
