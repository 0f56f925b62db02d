//! People, and what they may.

diesel::table! {
    workspaces (id) {
        id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        workspace_id -> Text,
        email -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        capacity -> Integer,
        active -> Bool,
        chosen_presence -> Text,
        created_at -> BigInt,
        mentions_seen_at -> BigInt,
    }
}

diesel::table! {
    teams (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        created_at -> BigInt,
        merged_into -> Nullable<Text>,
    }
}

diesel::table! {
    team_members (team_id, user_id) {
        team_id -> Text,
        user_id -> Text,
        workspace_id -> Text,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        workspace_id -> Text,
        csrf -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    desk_pages (user_id, desk) {
        user_id -> Text,
        desk -> Text,
        workspace_id -> Text,
        holds_until -> BigInt,
        active_at -> BigInt,
    }
}

diesel::table! {
    team_settings (team_id) {
        team_id -> Text,
        workspace_id -> Text,
        settings -> Text,
    }
}

diesel::table! {
    agent_talents (user_id) {
        user_id -> Text,
        workspace_id -> Text,
        talents -> Text,
    }
}

diesel::table! {
    account_linking (account_id) {
        account_id -> Text,
        workspace_id -> Text,
        method -> Text,
        secret -> Text,
        texts -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    data_deletions (code) {
        code -> Text,
        workspace_id -> Text,
        app_id -> Text,
        user_id -> Nullable<Text>,
        state -> Text,
        requested_at -> BigInt,
        completed_at -> Nullable<BigInt>,
    }
}
