//! What each bot was taught, ready to be searched. The store tells in one small query whether anything
//! changed; only then it is read and the index built anew, beside the turns of other bots. While that
//! goes on, and while the store is away, what was built before serves.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_domain::ids::{BotId, WorkspaceId};
use switchboard_knowledge::{Found, Index, passages_from_json};
use switchboard_store::{Store, documents};
use tokio::{
    sync::{Mutex as Turnstile, Semaphore},
    task,
    time::Instant,
};
use tracing::{info, warn};

use crate::Failure;

/// How old what a bot was taught becomes at most.
const FRESH: Duration = Duration::from_secs(3);

/// How many indexes are built at once: it takes a processor each.
const BUILDERS: usize = 2;

/// How many bytes of words are kept of all bots together; beyond, who was asked least lately is
/// forgotten and read again.
const MOST_BYTES: usize = 128 * 1024 * 1024;

type Whose = (WorkspaceId, BotId);

/// The shelves of all bots.
pub(crate) struct Library {
    store: Store,
    places: Mutex<HashMap<Whose, Arc<Place>>>,
    builders: Semaphore,
}

/// What one bot was taught.
#[derive(Clone)]
pub(crate) struct Shelf {
    index: Arc<Index>,
}

/// Where a bot's shelf stands.
#[derive(Default)]
struct Place {
    known: Mutex<Option<Known>>,
    /// One at a time looks whether anything changed.
    turnstile: Turnstile<()>,
}

#[derive(Clone)]
struct Known {
    shelf: Shelf,
    edition: Vec<String>,
    bytes: usize,
    looked_at: Instant,
    used_at: Instant,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

impl Shelf {
    pub(crate) fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Whether the words ask anything; greetings do not.
    pub(crate) fn has_content(&self, words: &str) -> bool {
        self.index.has_content(words)
    }

    /// The passages that answer best, the surest first.
    pub(crate) async fn search(&self, words: String, most: usize) -> Result<Vec<Found>, Failure> {
        let index = Arc::clone(&self.index);
        let found = task::spawn_blocking(move || index.search(&words, most)).await;
        match found {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(broken(&error)),
            Err(error) => Err(broken(&error)),
        }
    }
}

impl Library {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, places: Mutex::default(), builders: Semaphore::new(BUILDERS) }
    }

    /// What a bot was taught, as it was a few seconds ago at most.
    ///
    /// # Errors
    /// [`Failure`] when it is not known here and cannot be read.
    pub(crate) async fn shelf(&self, whose: Whose) -> Result<Shelf, Failure> {
        let place = Arc::clone(locked(&self.places).entry(whose).or_default());
        if let Some(fresh) = place.used(|known| known.looked_at.elapsed() < FRESH) {
            return Ok(fresh);
        }
        let _turn = match (place.turnstile.try_lock(), place.used(|_| true)) {
            (Ok(turn), _) => turn,
            // Somebody looks already; what is known serves until then.
            (Err(_), Some(known)) => return Ok(known),
            (Err(_), None) => place.turnstile.lock().await,
        };
        if let Some(fresh) = place.used(|known| known.looked_at.elapsed() < FRESH) {
            return Ok(fresh);
        }
        match (self.look(whose, &place).await, place.used(|_| true)) {
            (Ok(shelf), _) => Ok(shelf),
            (Err(Failure(why)), Some(known)) => {
                warn!(bot = %whose.1, why, "going on with the documents known");
                Ok(known)
            }
            (Err(failure), None) => Err(failure),
        }
    }

    /// Looks whether anything changed, and builds anew what did.
    async fn look(&self, whose: Whose, place: &Place) -> Result<Shelf, Failure> {
        let (workspace, bot) = whose;
        let looked_at = Instant::now();
        let edition = self.store.read(move |db| documents::edition(db, workspace, bot)).await;
        let edition = edition.map_err(|error| broken(&error))?;
        if let Some(known) = locked(&place.known).as_mut().filter(|it| it.edition == edition) {
            (known.looked_at, known.used_at) = (looked_at, looked_at);
            return Ok(known.shelf.clone());
        }
        let _builder = self.builders.acquire().await;
        let taught = self.store.read(move |db| documents::taught(db, workspace, bot)).await;
        let taught = taught.map_err(|error| broken(&error))?;
        // What was read, not what was seen before it.
        let edition = taught.iter().map(|(hash, ..)| hash.clone()).collect();
        let bytes = taught.iter().map(|(.., passages)| passages.len()).sum();
        let index = task::spawn_blocking(move || build(taught)).await;
        let index = index.map_err(|error| broken(&error))??;
        info!(%bot, passages = index.len(), "documents indexed");
        let shelf = Shelf { index: Arc::new(index) };
        let known = Known { shelf: shelf.clone(), edition, bytes, looked_at, used_at: looked_at };
        *locked(&place.known) = Some(known);
        self.make_room(whose);
        Ok(shelf)
    }

    /// Forgets the shelves that were used least lately, until the others fit.
    fn make_room(&self, but: Whose) {
        let mut places = locked(&self.places);
        let of =
            |place: &Arc<Place>| locked(&place.known).as_ref().map(|it| (it.used_at, it.bytes));
        let mut used: Vec<_> =
            places.iter().filter_map(|(whose, place)| Some((of(place)?, *whose))).collect();
        let mut whole: usize = used.iter().map(|((_, bytes), _)| bytes).sum();
        used.sort_by_key(|((used_at, _), _)| *used_at);
        for ((_, bytes), whose) in used {
            if whole <= MOST_BYTES {
                break;
            }
            if whose != but {
                places.remove(&whose);
                whole = whole.saturating_sub(bytes);
            }
        }
    }
}

impl Place {
    /// What is known, if it is good for that; it is in use then.
    fn used(&self, good: impl Fn(&Known) -> bool) -> Option<Shelf> {
        let mut known = locked(&self.known);
        let known = known.as_mut().filter(|known| good(known))?;
        known.used_at = Instant::now();
        Some(known.shelf.clone())
    }
}

fn build(taught: Vec<(String, String, String)>) -> Result<Index, Failure> {
    let mut all = Vec::with_capacity(taught.len());
    for (_, name, passages) in taught {
        match passages_from_json(&passages) {
            Ok(passages) => all.push((name, passages)),
            // Written by a newer version, or by hand: the others still serve.
            Err(error) => warn!(%error, "a document cannot be read and is left out"),
        }
    }
    Index::build(all).map_err(|error| broken(&error))
}

fn broken(error: &dyn std::error::Error) -> Failure {
    warn!(%error, "a bot's documents cannot be read");
    Failure("The bot's documents could not be read.".into())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
