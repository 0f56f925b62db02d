//! What agents and programs keep at the desk beside the conversations.

diesel::table! {
    api_keys (id) {
        id -> Text,
        workspace_id -> Text,
        user_id -> Text,
        name -> Text,
        key_hash -> Text,
        hint -> Text,
        scopes -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Text,
        workspace_id -> Text,
        at -> BigInt,
        user_id -> Text,
        key_id -> Nullable<Text>,
        operation -> Text,
        path -> Text,
        status -> Integer,
        detail -> Nullable<Text>,
    }
}

diesel::table! {
    labels (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        colour -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    conversation_labels (conversation_id, label_id) {
        conversation_id -> Text,
        label_id -> Text,
        workspace_id -> Text,
    }
}

diesel::table! {
    canned_replies (id) {
        id -> Text,
        workspace_id -> Text,
        team_id -> Nullable<Text>,
        shortcut -> Text,
        text -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    saved_views (id) {
        id -> Text,
        workspace_id -> Text,
        user_id -> Text,
        shared -> Bool,
        name -> Text,
        query -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    contact_attributes (contact_id, name) {
        contact_id -> Text,
        name -> Text,
        workspace_id -> Text,
        value -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    persons (contact_id) {
        contact_id -> Text,
        workspace_id -> Text,
        name -> Nullable<Text>,
        person_id -> Nullable<Text>,
        place -> BigInt,
    }
}

diesel::table! {
    macros (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        steps -> Text,
        updated_at -> BigInt,
    }
}
