//! Conversations and all that is said in them.

diesel::table! {
    contacts (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        name -> Nullable<Text>,
        username -> Nullable<Text>,
        scoped_id -> Nullable<Text>,
        user_id -> Nullable<Text>,
        phone -> Nullable<Text>,
        created_at -> BigInt,
        customer_number -> Nullable<Text>,
        customer_name -> Nullable<Text>,
        linked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    identities (account_id, kind, value) {
        account_id -> Text,
        kind -> Text,
        value -> Text,
        conversation_id -> Text,
    }
}

diesel::table! {
    conversations (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        contact_id -> Text,
        shard -> Integer,
        status -> Text,
        agent_id -> Nullable<Text>,
        team_id -> Nullable<Text>,
        state -> Text,
        revision -> BigInt,
        unread -> Integer,
        preview -> Text,
        customer_wrote_at -> Nullable<BigInt>,
        last_message_at -> BigInt,
        created_at -> BigInt,
        thread -> Text,
        thread_app -> Nullable<Text>,
        priority -> Nullable<Text>,
        blocked_at -> Nullable<BigInt>,
        blocked_by -> Nullable<Text>,
        blocked_because -> Nullable<Text>,
        snoozed_until -> Nullable<BigInt>,
        position -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        conversation_id -> Text,
        seq -> BigInt,
        direction -> Text,
        author -> Text,
        author_id -> Nullable<Text>,
        content -> Text,
        external_id -> Nullable<Text>,
        reply_to -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        send_id -> Nullable<Text>,
        raw -> Nullable<Text>,
        at -> BigInt,
        created_at -> BigInt,
        context -> Nullable<Text>,
        revised_at -> Nullable<BigInt>,
        words -> Text,
    }
}

diesel::table! {
    mentions (user_id, message_id) {
        user_id -> Text,
        message_id -> Text,
        conversation_id -> Text,
        workspace_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    message_revisions (id) {
        id -> Text,
        workspace_id -> Text,
        message_id -> Text,
        content -> Text,
        raw -> Nullable<Text>,
        revised_at -> BigInt,
    }
}

diesel::table! {
    media (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        conversation_id -> Text,
        message_id -> Nullable<Text>,
        state -> Text,
        kind -> Text,
        mime_type -> Nullable<Text>,
        filename -> Nullable<Text>,
        size -> Nullable<BigInt>,
        sha256 -> Nullable<Text>,
        reason -> Nullable<Text>,
        platform_id -> Nullable<Text>,
        platform_until -> Nullable<BigInt>,
        url -> Nullable<Text>,
        link -> Nullable<Text>,
        link_until -> Nullable<BigInt>,
        attempts -> Integer,
        next_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    unrouted_events (id) {
        id -> Text,
        workspace_id -> Nullable<Text>,
        app_key -> Text,
        channel -> Text,
        account -> Text,
        kind -> Text,
        reason -> Text,
        raw -> Text,
        received_at -> BigInt,
    }
}
