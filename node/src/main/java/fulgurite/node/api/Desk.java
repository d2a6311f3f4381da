package fulgurite.node.api;

/** What calls are made on: the node, and who may call it. */
public record Desk(NodeService node, Tokens tokens) {}
