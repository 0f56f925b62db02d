//! What customers are asked when their conversation is resolved.

diesel::table! {
    surveys (account_id) {
        account_id -> Text,
        workspace_id -> Text,
        settings -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    survey_answers (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        conversation_id -> Nullable<Text>,
        agent_id -> Text,
        team_id -> Text,
        resolved_at -> BigInt,
        asked_at -> Nullable<BigInt>,
        answered_at -> Nullable<BigInt>,
        score -> Nullable<Integer>,
        comment -> Nullable<Text>,
        comment_message_id -> Nullable<Text>,
    }
}
