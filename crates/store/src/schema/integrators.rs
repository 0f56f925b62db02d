//! What other software is told.

diesel::table! {
    webhook_endpoints (id) {
        id -> Text,
        workspace_id -> Text,
        url -> Text,
        kinds -> Text,
        secret -> Text,
        old_secret -> Nullable<Text>,
        old_secret_until -> Nullable<BigInt>,
        off_because -> Nullable<Text>,
        failing_since -> Nullable<BigInt>,
        leased_by -> Text,
        leased_until -> BigInt,
        created_at -> BigInt,
        taken_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    webhook_events (seq) {
        seq -> BigInt,
        id -> Text,
        workspace_id -> Text,
        conversation_id -> Text,
        kind -> Text,
        body -> Text,
        at -> BigInt,
        given -> Bool,
    }
}

diesel::table! {
    webhook_deliveries (endpoint_id, seq) {
        endpoint_id -> Text,
        seq -> BigInt,
        event_id -> Text,
        conversation_id -> Text,
        kind -> Text,
        state -> Text,
        attempts -> Integer,
        due_at -> BigInt,
        answer -> Text,
        tried_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(webhook_deliveries, webhook_events);
diesel::allow_tables_to_appear_in_same_query!(webhook_deliveries, webhook_endpoints);
