//! switchboard-graph.
