package fulgurite.node.peer;

import fulgurite.node.peer.Session.Action;
import fulgurite.node.peer.Session.Step;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.Pong;
import fulgurite.protocol.wire.UnknownMessage;
import java.util.List;

/** What holds for a session whatever a peer sends; shared by the seeded test and the fuzzer. */
final class SessionRules {
    private SessionRules() {}

    /** Feeds the messages, with a tick after each empty one, and fails on the first broken rule. */
    static void check(List<Bytes> messages) {
        Session session = Session.open(PeerSettings.FEATURES, TestNode.CHAIN).next();
        boolean ready = false;
        for (Bytes message : messages) {
            Step step = message.isEmpty() ? session.tick() : session.receive(message);
            for (int i = 0; i < step.actions().size(); i++) {
                boolean last = i == step.actions().size() - 1;
                switch (step.actions().get(i)) {
                    case Action.Close close -> {
                        require(last, "something follows a close");
                        return;
                    }
                    case Action.Ready now -> {
                        require(!ready, "ready twice");
                        ready = true;
                    }
                    case Action.Deliver(var delivered) -> {
                        require(ready, "delivered before init");
                        require(!(delivered instanceof Init || delivered instanceof Ping || delivered instanceof Pong
                                || delivered instanceof UnknownMessage), "the session keeps " + delivered);
                        require(Messages.encode(delivered).size() <= message.size(), "more came out than went in");
                    }
                    case Action.Send(var sent) -> require(Messages.encode(sent).size() <= Messages.MAX_SIZE,
                            "too long to send");
                }
            }
            session = step.next();
            require(session.theirs().isPresent() == ready, "features without ready");
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) throw new AssertionError(rule);
    }
}
