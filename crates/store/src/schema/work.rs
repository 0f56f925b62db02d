//! Work under way: lanes, sends, timers, the waiting line.

diesel::table! {
    errands (id) {
        id -> Text,
        workspace_id -> Text,
        account_id -> Nullable<Text>,
        kind -> Text,
        state -> Text,
        result -> Text,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    timers (id) {
        id -> Text,
        topic -> Text,
        payload -> Binary,
        due_at -> BigInt,
        claimed_until -> BigInt,
    }
}

diesel::table! {
    dispatch_agents (user_id) {
        user_id -> Text,
        workspace_id -> Text,
        presence -> Text,
        capacity -> Integer,
        teams -> Text,
        absences -> BigInt,
        talents -> Text,
        turn -> BigInt,
    }
}

diesel::table! {
    dispatch_entries (conversation_id) {
        conversation_id -> Text,
        workspace_id -> Text,
        team_id -> Text,
        since -> BigInt,
        ticket -> BigInt,
        agent_id -> Nullable<Text>,
        want -> Text,
        told -> Text,
    }
}

diesel::table! {
    lanes (lane) {
        lane -> Text,
        epoch -> BigInt,
        owner -> Text,
        seen_at -> BigInt,
    }
}

diesel::table! {
    dedupe_keys (lane, key) {
        lane -> Text,
        key -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        lane -> Text,
        topic -> Text,
        message_id -> Text,
        payload -> Binary,
    }
}

diesel::table! {
    poison (message_id) {
        message_id -> Text,
        lane -> Text,
        attempts -> Integer,
        at -> BigInt,
    }
}

diesel::table! {
    sends (position) {
        position -> BigInt,
        id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        conversation_id -> Text,
        message_id -> Text,
        shard -> Integer,
        request -> Binary,
        state -> Text,
        attempt -> Integer,
        epoch -> BigInt,
        not_before -> BigInt,
        external_id -> Nullable<Text>,
        error -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    linking_codes (nonce) {
        nonce -> Text,
        used_at -> BigInt,
    }
}

diesel::table! {
    block_list (conversation_id) {
        conversation_id -> Text,
        workspace_id -> Text,
        account_id -> Text,
        shard -> Integer,
        phone -> Nullable<Text>,
        user_id -> Nullable<Text>,
        blocked -> Bool,
        change -> BigInt,
        since -> BigInt,
        attempts -> Integer,
        next_at -> Nullable<BigInt>,
        claimed_until -> BigInt,
    }
}
