//! Reading open sends and accounts from the store, for as long as it takes.

use std::{future::Future, sync::Arc, time::Duration};

use prost::Message as _;
use switchboard_contract::wire::{SendRequest, content, media};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ConversationId, WorkspaceId},
    shard::AccountShard,
};
use switchboard_store::{
    StoreError,
    sends::{self, OpenSend, State},
};
use tracing::{error, warn};

use crate::{
    account::{NoAccess, Seal},
    clock::Now,
    context::Context,
    limits::Class,
    scheduler::{Facts, Item},
};

/// So many sends of an account are read at once.
const PAGE: usize = 512;

/// So many sends of a conversation are in memory, and are read at once.
pub(crate) const DEPTH: usize = 16;

/// How long to wait before a read is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// What was read.
pub(crate) enum Read {
    /// The accounts with open sends.
    Survey(Vec<(WorkspaceId, AccountId)>),
    /// An account's open sends, and whether there were no more.
    Page(AccountId, Vec<(ConversationId, Item)>, bool),
    /// A conversation's open sends, and whether there were no more.
    Tail(AccountId, ConversationId, Vec<Item>, bool),
    /// An account.
    Account(AccountId, Option<Facts>),
}

/// When a request of the shard may last have left, on the wall clock.
pub(crate) async fn last_touched(context: &Context, shard: AccountShard) -> Option<Timestamp> {
    insist(|| context.store.read(move |db| sends::last_touched(db, shard))).await
}

pub(crate) async fn survey(context: Arc<Context>, shard: AccountShard) -> Read {
    let read = || context.store.read(move |db| sends::accounts_with_open(db, shard));
    Read::Survey(insist(read).await)
}

pub(crate) async fn page(
    context: Arc<Context>,
    shard: AccountShard,
    account: AccountId,
    after: i64,
) -> Read {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let read = move |db: &mut _| sends::open_of_account(db, shard, account, after, limit);
    let sends = insist(|| context.store.read(read)).await;
    let (complete, now) = (sends.len() < PAGE, context.clock.now());
    let items = sends.into_iter().filter_map(|open| {
        let conversation = open.send.conversation;
        item(open, now).map(|item| (conversation, item))
    });
    Read::Page(account, items.collect(), complete)
}

pub(crate) async fn tail(
    context: Arc<Context>,
    shard: AccountShard,
    (account, conversation): (AccountId, ConversationId),
    after: i64,
) -> Read {
    let limit = i64::try_from(DEPTH).unwrap_or(i64::MAX);
    let read = move |db: &mut _| sends::open_of_conversation(db, shard, conversation, after, limit);
    let sends = insist(|| context.store.read(read)).await;
    let (complete, now) = (sends.len() < DEPTH, context.clock.now());
    let items = sends.into_iter().filter_map(|open| item(open, now)).collect();
    Read::Tail(account, conversation, items, complete)
}

/// Reads the account and keeps its access for the sends to come.
pub(crate) async fn account(
    context: Arc<Context>,
    workspace: WorkspaceId,
    account: AccountId,
) -> Read {
    let loaded = insist(|| context.vault.load(&context.store, workspace, account)).await;
    let Some(loaded) = loaded else {
        let gone = NoAccess("The account is not connected any more.".into());
        context.accesses.put(account, Err(gone), (false, None));
        return Read::Account(account, None);
    };
    let paused = loaded.health.is_some_and(|health| health.paused);
    let seal = Seal { workspace, token: loaded.account.token.clone() };
    context.accesses.put(account, loaded.access, (paused, Some(seal)));
    let facts = Facts { app: loaded.account.app, rates: loaded.rates, paused };
    Read::Account(account, Some(facts))
}

/// Tries until the store answers.
async fn insist<T, F: Future<Output = Result<T, StoreError>>>(mut read: impl FnMut() -> F) -> T {
    loop {
        match read().await {
            Ok(value) => return value,
            Err(error) => warn!(%error, "cannot read sends; will try again"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// An open send as the scheduler takes it.
pub(crate) fn item(open: OpenSend, now: Now) -> Option<Item> {
    let request = match SendRequest::decode(open.send.request.clone()) {
        Ok(request) => request,
        Err(error) => {
            error!(send = %open.send.id, %error, "a stored send cannot be read and is left out");
            return None;
        }
    };
    Some(Item {
        position: open.position,
        send: open.send.id,
        attempt: open.attempt,
        doubtful: open.state != State::Queued,
        ready: now.instant_of(open.not_before),
        expires: now.instant_of(Timestamp::from_micros(request.not_after_us)),
        since: now.mono,
        class: class(&request),
        failures: 0,
        throttles: 0,
        request: Arc::new(request),
    })
}

fn class(request: &SendRequest) -> Class {
    let kind = request.content.as_ref().and_then(|content| content.kind.as_ref());
    match kind {
        Some(content::Kind::Media(file)) if file.kind() != media::Kind::Sticker => Class::Media,
        _ => Class::Text,
    }
}
