//! What changed when.

diesel::table! {
    change_heads (workspace_id, shard) {
        workspace_id -> Text,
        shard -> Integer,
        position -> BigInt,
    }
}

diesel::table! {
    noted_heads (workspace_id) {
        workspace_id -> Text,
        position -> BigInt,
    }
}

diesel::table! {
    noted_changes (conversation_id) {
        conversation_id -> Text,
        workspace_id -> Text,
        position -> BigInt,
    }
}
