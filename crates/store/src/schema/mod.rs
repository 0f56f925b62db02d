//! The tables as diesel sees them; `migrations/` is the source. One writer each: see the SQL.

mod changes;
mod channels;
mod integrators;
mod kit;
mod mailing;
mod people;
mod reports;
mod survey;
mod talk;
mod work;

pub(crate) use changes::*;
pub(crate) use channels::*;
pub(crate) use integrators::*;
pub(crate) use kit::*;
pub(crate) use mailing::*;
pub(crate) use people::*;
pub(crate) use reports::*;
pub(crate) use survey::*;
pub(crate) use talk::*;
pub(crate) use work::*;

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
diesel::allow_tables_to_appear_in_same_query!(labels, conversation_labels);
diesel::allow_tables_to_appear_in_same_query!(conversation_labels, conversations);
diesel::allow_tables_to_appear_in_same_query!(conversation_labels, accounts);
diesel::allow_tables_to_appear_in_same_query!(conversation_labels, contacts);
diesel::allow_tables_to_appear_in_same_query!(persons, contacts);
diesel::allow_tables_to_appear_in_same_query!(persons, accounts);
diesel::allow_tables_to_appear_in_same_query!(persons, conversations);
diesel::allow_tables_to_appear_in_same_query!(persons, contact_attributes);
diesel::allow_tables_to_appear_in_same_query!(persons, conversation_labels);
diesel::allow_tables_to_appear_in_same_query!(persons, messages);
diesel::allow_tables_to_appear_in_same_query!(persons, mentions);
diesel::allow_tables_to_appear_in_same_query!(contact_attributes, contacts);
diesel::allow_tables_to_appear_in_same_query!(contact_attributes, conversations);
diesel::allow_tables_to_appear_in_same_query!(contact_attributes, accounts);
diesel::allow_tables_to_appear_in_same_query!(identities, accounts);
diesel::allow_tables_to_appear_in_same_query!(message_revisions, messages);
diesel::allow_tables_to_appear_in_same_query!(mentions, messages);
diesel::allow_tables_to_appear_in_same_query!(mentions, users);
diesel::allow_tables_to_appear_in_same_query!(mentions, conversations);
diesel::allow_tables_to_appear_in_same_query!(mentions, accounts);
diesel::allow_tables_to_appear_in_same_query!(mentions, contacts);
diesel::allow_tables_to_appear_in_same_query!(noted_changes, conversations);
diesel::allow_tables_to_appear_in_same_query!(ledgers, conversations);
diesel::allow_tables_to_appear_in_same_query!(ledgers, accounts);
diesel::allow_tables_to_appear_in_same_query!(ledgers, contacts);
diesel::allow_tables_to_appear_in_same_query!(ledgers, conversation_labels);
diesel::allow_tables_to_appear_in_same_query!(ledgers, persons);
diesel::allow_tables_to_appear_in_same_query!(ledgers, contact_attributes);
diesel::allow_tables_to_appear_in_same_query!(ledgers, mentions);
diesel::allow_tables_to_appear_in_same_query!(ledgers, messages);
diesel::allow_tables_to_appear_in_same_query!(report_facts, conversation_labels);
diesel::allow_tables_to_appear_in_same_query!(survey_answers, conversation_labels);
diesel::allow_tables_to_appear_in_same_query!(report_messages, conversation_labels);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    conversation_labels::label_id,
    report_messages::author,
);
