//! The conversations in use, and the accounts that they are with.
//!
//! A conversation may be kept for as long as this process owns the shard: nobody else writes it.
//! An account, and how it asks its customers how it went, may be changed by the desk at any time, so
//! that is read anew with each batch.

use std::{collections::HashMap, sync::Arc};

use switchboard_domain::{
    Channel,
    conversation::Policy,
    dispatch::Want,
    ids::{AccountId, BotId, ConversationId, TeamId, WorkspaceId},
    ledger::Terms,
    survey,
};
use switchboard_store::{
    Db, StoreError,
    accounts::{self, Account},
    bots,
    contacts::{self, Contact},
    conversations::{self, Record},
    sla, surveys,
    webhooks::endpoints,
};

use super::{
    Rules,
    ledgers::{self, Book},
    news,
};

/// So many conversations are kept between batches.
const KEPT: usize = 2_000;

/// A conversation with all that its events need.
pub(super) struct Loaded {
    pub(super) record: Record,
    pub(super) contact: Contact,
    pub(super) account: Account,
    pub(super) policy: Policy,
    /// Not as the store has it.
    pub(super) changed: bool,
    /// Meta was asked who the customer is.
    pub(super) asked_who: bool,
    /// What integrators of the workspace are told of.
    pub(super) wanted: Arc<[String]>,
    /// What the account's bot is told of beside its turns.
    pub(super) told: Arc<[String]>,
    /// The envelope that it was told of last.
    pub(super) told_of: String,
    /// What is measured of it.
    pub(super) book: Book,
}

#[derive(Default)]
pub(super) struct Cache {
    accounts: HashMap<(Channel, String), Account>,
    by_id: HashMap<AccountId, Account>,
    wanted: HashMap<WorkspaceId, Arc<[String]>>,
    told: HashMap<BotId, Arc<[String]>>,
    terms: HashMap<TeamId, Arc<Terms>>,
    surveys: HashMap<AccountId, Option<survey::Settings>>,
    conversations: HashMap<ConversationId, Loaded>,
}

impl Cache {
    /// The account that a webhook names.
    pub(super) fn account(
        &mut self,
        db: &mut Db,
        channel: Channel,
        external_id: &str,
    ) -> Result<Option<Account>, StoreError> {
        let key = (channel, external_id.to_owned());
        if let Some(known) = self.accounts.get(&key) {
            return Ok(Some(known.clone()));
        }
        let found = accounts::by_external_id(db, channel, external_id)?;
        if let Some(account) = &found {
            self.accounts.insert(key, account.clone());
            self.by_id.insert(account.id, account.clone());
        }
        Ok(found)
    }

    /// The conversation, from memory or the store.
    pub(super) fn conversation(
        &mut self,
        db: &mut Db,
        rules: &Rules,
        id: ConversationId,
    ) -> Result<Option<&mut Loaded>, StoreError> {
        let Some(mut loaded) = (match self.conversations.remove(&id) {
            Some(kept) => Some(kept),
            None => load(db, rules, id)?,
        }) else {
            return Ok(None);
        };
        self.refresh_account(db, &mut loaded)?;
        loaded.policy = policy(&loaded.account, rules);
        loaded.policy.survey = self.survey(db, &loaded.account)?;
        loaded.wanted = self.wanted(db, loaded.record.workspace)?;
        loaded.told = self.told(db, &loaded.account)?;
        loaded.book.terms = self.terms(db, &loaded)?;
        Ok(Some(self.conversations.entry(id).insert_entry(loaded).into_mut()))
    }

    /// Keeps a conversation that has just begun.
    pub(super) fn insert(&mut self, loaded: Loaded) {
        self.conversations.insert(loaded.record.state.id, loaded);
    }

    pub(super) fn changed(&mut self) -> impl Iterator<Item = &mut Loaded> {
        self.conversations.values_mut().filter(|loaded| loaded.changed)
    }

    /// After a batch: accounts, what integrators and bots want and what teams promise are read anew, and memory stays bounded.
    pub(super) fn shrink(&mut self) {
        self.accounts.clear();
        self.by_id.clear();
        self.wanted.clear();
        self.told.clear();
        self.terms.clear();
        self.surveys.clear();
        if self.conversations.len() > KEPT {
            self.conversations.clear();
        }
    }

    fn survey(
        &mut self,
        db: &mut Db,
        account: &Account,
    ) -> Result<Option<survey::Settings>, StoreError> {
        if let Some(known) = self.surveys.get(&account.id) {
            return Ok(known.clone());
        }
        let found = surveys::of(db, account.workspace, account.id)?;
        self.surveys.insert(account.id, found.clone());
        Ok(found)
    }

    fn wanted(&mut self, db: &mut Db, workspace: WorkspaceId) -> Result<Arc<[String]>, StoreError> {
        if let Some(known) = self.wanted.get(&workspace) {
            return Ok(Arc::clone(known));
        }
        let found: Arc<[String]> = endpoints::wanted(db, workspace)?.into();
        self.wanted.insert(workspace, Arc::clone(&found));
        Ok(found)
    }

    /// The fields that an account's bot is told, in Meta's words.
    pub(super) fn told(
        &mut self,
        db: &mut Db,
        account: &Account,
    ) -> Result<Arc<[String]>, StoreError> {
        let Some(bot) = account.bot else { return Ok(Arc::default()) };
        if let Some(known) = self.told.get(&bot) {
            return Ok(Arc::clone(known));
        }
        let found = bots::by_id(db, account.workspace, bot)?;
        let found: Arc<[String]> = found.as_ref().map(news::fields).unwrap_or_default().into();
        self.told.insert(bot, Arc::clone(&found));
        Ok(found)
    }

    fn terms(&mut self, db: &mut Db, loaded: &Loaded) -> Result<Arc<Terms>, StoreError> {
        let team = ledgers::situation(loaded).team;
        if let Some(known) = self.terms.get(&team) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(sla::terms(db, loaded.record.workspace, team)?);
        self.terms.insert(team, Arc::clone(&found));
        Ok(found)
    }

    fn refresh_account(&mut self, db: &mut Db, loaded: &mut Loaded) -> Result<(), StoreError> {
        let (workspace, id) = (loaded.record.workspace, loaded.record.account);
        if let Some(known) = self.by_id.get(&id) {
            loaded.account = known.clone();
        } else if let Some(found) = accounts::by_id(db, workspace, id)? {
            self.by_id.insert(id, found.clone());
            loaded.account = found;
        }
        Ok(())
    }
}

fn load(db: &mut Db, rules: &Rules, id: ConversationId) -> Result<Option<Loaded>, StoreError> {
    let Some(record) = conversations::load(db, id)? else { return Ok(None) };
    let contact = contacts::by_id(db, record.workspace, record.contact)?
        .ok_or(StoreError::NotFound("contact"))?;
    let account = accounts::by_id(db, record.workspace, record.account)?
        .ok_or(StoreError::NotFound("account"))?;
    let policy = policy(&account, rules);
    let (changed, asked_who, wanted) = (false, false, Arc::default());
    let (told, told_of) = (Arc::default(), String::new());
    let book = Book::load(db, id)?;
    Ok(Some(Loaded {
        record,
        contact,
        account,
        policy,
        changed,
        asked_who,
        wanted,
        told,
        told_of,
        book,
    }))
}

/// What the account's settings mean for decisions; how it asks its customers is kept beside them.
pub(super) fn policy(account: &Account, rules: &Rules) -> Policy {
    let own = account.settings.turn_timeout_seconds.map(std::time::Duration::from_secs);
    Policy {
        channel: account.channel,
        bot: account.bot,
        team: account.team,
        want: Want {
            priority: account.settings.priority,
            language: account.settings.language.clone(),
            skills: account.settings.skills.clone(),
            ..Want::default()
        },
        turn_timeout: own.unwrap_or(rules.turn_timeout),
        bot_signals: account.settings.bot_signals,
        commands: account.settings.commands.clone(),
        survey: None,
    }
}
