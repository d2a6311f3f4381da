package fulgurite.simulator.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fulgurite bench}: what things cost on this machine. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures what things cost on this machine.", subcommands = {
        PayBenchCommand.class, RouteBenchCommand.class, SuccessBenchCommand.class, GossipBenchCommand.class})
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
