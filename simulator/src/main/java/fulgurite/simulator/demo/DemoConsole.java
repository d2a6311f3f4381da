package fulgurite.simulator.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Reads commands from a person, with history and completion, or from a script. */
final class DemoConsole {
    private static final String PROMPT = "fulgurite> ";
    private final DemoCommands commands;
    private final PrintWriter out;

    DemoConsole(DemoCommands commands, PrintWriter out) {
        this.commands = commands;
        this.out = out;
    }

    /** Until the person quits. A command that fails says why, and the prompt comes again. */
    void interactive(Path historyFile) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .variable(LineReader.HISTORY_FILE, historyFile)
                    .completer((source, line, candidates) -> complete(line, candidates))
                    .build();
            out.println("Type a command; 'help' lists them, Tab completes, 'quit' ends.");
            out.flush();
            for (;;) {
                try {
                    if (!commands.run(reader.readLine(PROMPT))) return;
                } catch (DemoException e) {
                    out.println(e.getMessage());
                    out.flush();
                } catch (UserInterruptException | EndOfFileException e) {
                    return;
                }
            }
        }
    }

    /** Runs every line, shown before its output. @return false as soon as one fails */
    boolean script(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isBlank()) continue;
            out.println(line.startsWith("#") ? line : "\n" + PROMPT + line);
            try {
                if (!commands.run(line)) return true;
            } catch (DemoException e) {
                out.println("error: " + e.getMessage());
                out.flush();
                return false;
            }
        }
        return true;
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        commands.completions(line.words().subList(0, line.wordIndex()))
                .forEach(word -> candidates.add(new Candidate(word)));
    }
}
