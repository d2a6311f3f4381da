/** How a channel is opened: from open_channel to channel_ready (BOLT 2, Channel Establishment v1). */
@NullMarked
package fulgurite.protocol.channel.opening;

import org.jspecify.annotations.NullMarked;
