//! What is connected: apps, accounts, bots, templates.

diesel::table! {
    apps (id) {
        id -> Text,
        workspace_id -> Text,
        key -> Text,
        meta_app_id -> Text,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        verify_token -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        workspace_id -> Text,
        app_id -> Text,
        channel -> Text,
        external_id -> Text,
        sender_id -> Text,
        name -> Text,
        token -> Text,
        bot_id -> Nullable<Text>,
        team_id -> Text,
        settings -> Text,
        created_at -> BigInt,
        business_id -> Nullable<Text>,
        disconnected_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    account_health (account_id) {
        account_id -> Text,
        workspace_id -> Text,
        paused -> Bool,
        reason -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    account_events (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        kind -> Text,
        severity -> Text,
        sentence -> Text,
        raw -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    bots (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        kind -> Text,
        settings -> Text,
        created_at -> BigInt,
        secret -> Nullable<Text>,
    }
}

diesel::table! {
    bot_spending (bot_id, scope) {
        bot_id -> Text,
        scope -> Text,
        micros -> BigInt,
    }
}

diesel::table! {
    bot_tokens (id) {
        id -> Text,
        workspace_id -> Text,
        bot_id -> Text,
        account_id -> Text,
        token_hash -> Text,
        hint -> Text,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    bot_documents (id) {
        id -> Text,
        workspace_id -> Text,
        bot_id -> Text,
        name -> Text,
        media_type -> Text,
        passages -> Text,
        passage_count -> BigInt,
        bytes -> BigInt,
        hash -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    templates (workspace_id, business_id, id) {
        workspace_id -> Text,
        business_id -> Text,
        id -> Text,
        name -> Text,
        language -> Text,
        status -> Text,
        category -> Text,
        definition -> Text,
        synced_at -> BigInt,
    }
}
