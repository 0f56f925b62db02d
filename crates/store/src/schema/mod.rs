//! The tables as diesel sees them; `migrations/` is the source. One writer each: see the SQL.

mod channels;
mod people;
mod talk;
mod work;

pub(crate) use channels::*;
pub(crate) use people::*;
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
diesel::allow_tables_to_appear_in_same_query!(identities, accounts);
diesel::allow_tables_to_appear_in_same_query!(message_revisions, messages);
