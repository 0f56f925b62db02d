//! What people are told of by e-mail.

diesel::table! {
    notices (seq) {
        seq -> BigInt,
        workspace_id -> Text,
        conversation_id -> Text,
        kind -> Text,
        user_id -> Nullable<Text>,
        ticket -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    notice_items (user_id, conversation_id, kind) {
        user_id -> Text,
        conversation_id -> Text,
        kind -> Text,
        workspace_id -> Text,
        ticket -> BigInt,
        at -> BigInt,
        due_at -> BigInt,
        mail_id -> Nullable<Text>,
    }
}

diesel::table! {
    mailboxes (user_id) {
        user_id -> Text,
        workspace_id -> Text,
        choice -> Nullable<Text>,
        told_at -> Nullable<BigInt>,
        due_at -> BigInt,
        attempts -> Integer,
        refused -> Nullable<Text>,
        refused_because -> Nullable<Text>,
        leased_by -> Text,
        leased_until -> BigInt,
        wants -> Nullable<Text>,
    }
}

diesel::table! {
    notice_defaults (workspace_id) {
        workspace_id -> Text,
        choice -> Text,
        words -> Bool,
        wants -> Nullable<Text>,
    }
}

diesel::table! {
    mails (id) {
        id -> Text,
        workspace_id -> Text,
        user_id -> Text,
        state -> Text,
        entries -> Integer,
        answer -> Text,
        at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(notice_items, mailboxes);
diesel::allow_tables_to_appear_in_same_query!(notice_items, mails);
