//! The bots' settings, ready to use. Read from the store at most every few seconds; while it is
//! away, what was read last serves on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_domain::ids::{BotId, WorkspaceId};
use switchboard_store::{
    Store, StoreError,
    bots::{self, Bot},
};
use tokio::time::{self, Instant};
use tracing::{error, warn};

use crate::{
    http::{self, HttpBot},
    knowledge::{self, KnowledgeBot, Library},
    llm::{self, LlmBot},
    meta_bot::{self, MetaBot},
    module::Module,
    reach::Reach,
    rules,
};

/// How old settings become at most.
const FRESH: Duration = Duration::from_secs(3);

/// How long lies between two tries to read the settings.
const PAUSE: Duration = Duration::from_millis(250);

/// How many bots are kept; beyond, all are forgotten and read again.
const MOST: usize = 10_000;

/// The bots.
pub(crate) struct Catalogue {
    pub(crate) store: Store,
    reach: Reach,
    library: Arc<Library>,
    known: Mutex<HashMap<(WorkspaceId, BotId), Entry>>,
}

#[derive(Clone)]
struct Entry {
    read: Instant,
    bot: Option<Bot>,
    module: Arc<Module>,
}

impl Catalogue {
    pub(crate) fn new(store: Store, reach: Reach) -> Self {
        let library = Arc::new(Library::new(store.clone()));
        Self { store, reach, library, known: Mutex::default() }
    }

    /// The bot as it was a few seconds ago at most, once it can be read. It waits for as long as the
    /// store is away: give it a deadline.
    ///
    /// # Errors
    /// [`StoreError`] when it can never be read.
    pub(crate) async fn module(
        &self,
        workspace: WorkspaceId,
        id: BotId,
    ) -> Result<Arc<Module>, StoreError> {
        loop {
            match self.look(workspace, id).await {
                Err(error) if error.is_transient() => time::sleep(PAUSE).await,
                Err(error) => {
                    error!(bot = %id, %error, "the bot's settings cannot be read");
                    return Err(error);
                }
                found => return found,
            }
        }
    }

    async fn look(&self, workspace: WorkspaceId, id: BotId) -> Result<Arc<Module>, StoreError> {
        let known = self.lock().get(&(workspace, id)).cloned();
        if let Some(entry) = known.as_ref().filter(|entry| entry.read.elapsed() < FRESH) {
            return Ok(Arc::clone(&entry.module));
        }
        let read = Instant::now();
        let bot = match (self.store.read(move |db| bots::by_id(db, workspace, id)).await, &known) {
            (Ok(bot), _) => bot,
            (Err(error), Some(entry)) => {
                warn!(bot = %id, %error, "the settings cannot be read; going on with those known");
                return Ok(Arc::clone(&entry.module));
            }
            (Err(error), None) => return Err(error),
        };
        let module = match known {
            Some(entry) if entry.bot == bot => entry.module,
            _ => Arc::new(self.prepare(id, bot.as_ref())),
        };
        let entry = Entry { read, bot, module: Arc::clone(&module) };
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((workspace, id), entry);
        Ok(module)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(WorkspaceId, BotId), Entry>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn prepare(&self, id: BotId, bot: Option<&Bot>) -> Module {
        let ready = match bot {
            None => {
                Err("There is no such bot any more; choose another for this account.".to_owned())
            }
            Some(bot) => self.ready(bot),
        };
        ready.unwrap_or_else(|why| {
            error!(bot = %id, why, "a bot cannot work; people answer instead");
            Module::Unfit(why)
        })
    }

    /// The module for a bot, or a sentence for agents that says what its settings lack.
    fn ready(&self, bot: &Bot) -> Result<Module, String> {
        let name = &bot.name;
        match bot.kind.as_str() {
            rules::KIND => rules::check(&bot.settings)
                .map(Module::Rules)
                .map_err(|error| format!("The rules of the bot {name:?} are not valid: {error}.")),
            http::KIND => HttpBot::new(&self.reach, bot).map(|bot| Module::Http(Box::new(bot))),
            knowledge::KIND => {
                let ready = KnowledgeBot::new(&self.library, bot);
                ready.map(|bot| Module::Knowledge(Box::new(bot)))
            }
            llm::KIND => {
                let ready = LlmBot::new(&self.reach, &self.store, &self.library, bot);
                ready.map(|bot| Module::Llm(Box::new(bot)))
            }
            meta_bot::KIND => {
                let ready = MetaBot::new(&self.reach, &self.store, bot);
                ready.map(|bot| Module::Meta(Box::new(bot)))
            }
            kind => Err(format!("The bot {name:?} is of a kind that is not known here: {kind:?}.")),
        }
    }
}
