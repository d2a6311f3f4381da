package fulgurite.simulator;

import fulgurite.node.cli.CliCommand;
import fulgurite.node.cli.JournalCommand;
import fulgurite.node.cli.NodeCommand;
import fulgurite.node.cli.RestoreCommand;
import fulgurite.node.cli.SeedCommand;
import fulgurite.simulator.bench.BenchCommand;
import fulgurite.simulator.bench.GraphCommand;
import fulgurite.simulator.chain.ChainCommand;
import fulgurite.simulator.demo.DemoCommand;
import fulgurite.simulator.fuzz.FuzzCommand;
import fulgurite.simulator.scenario.SimCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line's entry. */
@Command(name = "fulgurite", mixinStandardHelpOptions = true, version = "fulgurite 0.1.0", description = "A Lightning Network node, and a simulator made of the same node.", subcommands = {
        DemoCommand.class, SimCommand.class, BenchCommand.class, GraphCommand.class, FuzzCommand.class,
        NodeCommand.class,
        ChainCommand.class, CliCommand.class,
        JournalCommand.class, RestoreCommand.class, SeedCommand.class,
        HelpCommand.class})
public final class Fulgurite implements Runnable {
    private Fulgurite() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Fulgurite()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        commandLine().usage(System.out);
    }
}
