//! workspaces: desk's.
