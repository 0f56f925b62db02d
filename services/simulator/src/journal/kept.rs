//! The world behind its lock. Letting go of the lock writes what changed.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Journal, entry};
use crate::state::World;

/// A world, with or without a journal.
#[derive(Debug)]
pub(crate) struct Kept(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    world: World,
    journal: Option<Journal>,
}

impl Kept {
    /// Puts a lock around a world.
    pub(crate) fn new(world: World, journal: Option<Journal>) -> Self {
        Self(Mutex::new(Inner { world, journal }))
    }

    /// The world, until what is returned is dropped.
    pub(crate) fn lock(&self) -> Held<'_> {
        Held(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The world while the lock is held.
#[derive(Debug)]
pub(crate) struct Held<'a>(MutexGuard<'a, Inner>);

impl Deref for Held<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0.world
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.0.world
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Inner { world, journal } = &mut *self.0;
        let Some(open) = journal else {
            return entry::forget(world);
        };
        let entries = entry::gather(world);
        if !entries.is_empty() && !open.append(&entries) {
            *journal = None;
        }
    }
}
