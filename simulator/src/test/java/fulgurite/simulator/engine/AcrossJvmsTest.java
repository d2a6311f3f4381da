package fulgurite.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcrossJvmsTest {
    @Test
    void a_seed_has_the_same_trace_in_every_jvm() throws IOException, InterruptedException {
        String here = Chatter.run(11, TaskOrder.SEEDED, 50, Duration.ofSeconds(20), true);
        assertThat(traceOfNewJvm(11)).isEqualTo(here).isEqualTo(traceOfNewJvm(11));
        assertThat(traceOfNewJvm(12)).isNotEqualTo(here);
    }

    private static String traceOfNewJvm(long seed) throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        Chatter.class.getName(),
                        Long.toString(seed)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = process.getInputStream()) {
            String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return printed.lines().filter(line -> line.startsWith("trace: ")).findFirst().orElse(printed);
        } finally {
            process.destroyForcibly();
        }
    }
}
