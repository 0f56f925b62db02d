//! What is measured and counted.

diesel::table! {
    team_sla (team_id) {
        team_id -> Text,
        workspace_id -> Text,
        sla -> Text,
    }
}

diesel::table! {
    ledgers (conversation_id) {
        conversation_id -> Text,
        workspace_id -> Text,
        ledger -> Text,
        target -> Nullable<Text>,
        due_at -> Nullable<BigInt>,
        soon_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    report_facts (workspace_id, kind, at, id) {
        workspace_id -> Text,
        kind -> Text,
        at -> BigInt,
        id -> Text,
        word -> Text,
        conversation_id -> Nullable<Text>,
        account_id -> Text,
        team_id -> Text,
        agent_id -> Text,
        wall -> Integer,
        open -> Integer,
        met -> Nullable<Bool>,
    }
}

diesel::table! {
    // It has no key of its own: a row whose conversation is forgotten is like others.
    report_messages (workspace_id, slot, conversation_id) {
        workspace_id -> Text,
        slot -> BigInt,
        conversation_id -> Nullable<Text>,
        account_id -> Text,
        team_id -> Text,
        author -> Text,
        agent_id -> Text,
        many -> Integer,
    }
}
