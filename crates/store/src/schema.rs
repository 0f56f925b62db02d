//! The tables as diesel sees them; `migrations/` is the source. One writer each: see the SQL.

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
    }
}

diesel::table! {
    teams (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        created_at -> BigInt,
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
    bots (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        kind -> Text,
        settings -> Text,
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
    linking_codes (nonce) {
        nonce -> Text,
        used_at -> BigInt,
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

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    apps,
    bots,
    contacts,
    conversations,
    messages,
    account_health
);
diesel::allow_tables_to_appear_in_same_query!(
    users,
    teams,
    team_members,
    sessions,
    dispatch_agents
);
diesel::allow_tables_to_appear_in_same_query!(identities, accounts);
diesel::allow_tables_to_appear_in_same_query!(message_revisions, messages);
