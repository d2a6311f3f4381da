package fulgurite.node.cli;

import fulgurite.node.NodeStartException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Runs this program again in the background, in a session of its own, so that the end of a terminal is not the end of
 * the node, and waits until it is up.
 */
final class Daemon {
    /** Either keeps a terminal's end away from what it runs, and becomes it. */
    private static final List<String> DETACHERS = List.of("setsid", "nohup");
    private static final long LOOK_MILLIS = 100;

    private Daemon() {}

    /**
     * @param arguments of the program, without {@code --daemon}
     * @param pidFile that the node writes when it runs
     * @return what the node has printed since its start
     * @throws NodeStartException when it ends before it runs; the message is what it has printed
     */
    static String start(List<String> arguments, PidFile pidFile, Path log) {
        try {
            Files.createDirectories(Optional.ofNullable(log.toAbsolutePath().getParent()).orElseThrow());
            long before = Files.exists(log) ? Files.size(log) : 0;
            Process node = new ProcessBuilder(command(arguments)).redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            boolean runs = awaitRunning(node, pidFile);
            String said = since(log, before);
            if (!runs) throw new NodeStartException(said.strip().replaceFirst("^error: ", ""));
            return said;
        } catch (IOException e) {
            throw new NodeStartException("cannot start in the background: " + e.getMessage());
        }
    }

    private static boolean awaitRunning(Process node, PidFile pidFile) {
        try {
            while (!pidFile.pid().equals(OptionalLong.of(node.pid())))
                if (node.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) return false;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String since(Path log, long before) throws IOException {
        byte[] all = Files.readAllBytes(log);
        return new String(all, (int) before, (int) (all.length - before), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static List<String> command(List<String> arguments) {
        var command = new ArrayList<String>();
        detacher().ifPresent(command::add);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(System.getProperty("sun.java.command").split(" ")[0]);
        command.addAll(arguments);
        return command;
    }

    private static Optional<String> detacher() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (String name : DETACHERS)
            for (String directory : path.split(File.pathSeparator))
                if (Files.isExecutable(Path.of(directory).resolve(name))) return Optional.of(name);
        return Optional.empty();
    }
}
