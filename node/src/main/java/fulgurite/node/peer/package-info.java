/**
 * Peers: one {@link fulgurite.node.peer.PeersActor} keeps one {@link fulgurite.node.peer.PeerActor} for each node id;
 * that owns at most one live {@link fulgurite.node.peer.PeerConnectionActor}, which encrypts and keeps the rules of
 * {@link fulgurite.node.peer.Session}.
 */
@NullMarked
package fulgurite.node.peer;

import org.jspecify.annotations.NullMarked;
