package fulgurite.node.router;

import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The port through which the router asks the chain for a channel's funding output. */
@FunctionalInterface
public interface FundingSource {
    /** The unspent output at that place; empty when the best chain has none there. Fails when the chain cannot be asked. */
    CompletionStage<Optional<FundingOutput>> find(ShortChannelId shortChannelId);
}
