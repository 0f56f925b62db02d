//! A program that follows the desk's conversations over its WebSocket, and goes on where it was
//! whenever that breaks. It reads nothing else: what it was not told it does not know.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use tokio::task::JoinHandle;

use crate::{Outcome, desk::Agent, socket::Wire, wait};

/// How soon it connects again. A desk that was killed does not tell when it is back.
const AGAIN: Duration = Duration::from_millis(50);

/// What it was told.
#[derive(Debug, Default)]
struct Told {
    /// The last revision of each conversation.
    revisions: HashMap<String, u64>,
    cursor: String,
    /// How often it went on where it was.
    resumed: usize,
    /// How often it was told to read everything.
    resyncs: usize,
}

/// A program that follows; dropping it ends it.
#[derive(Debug)]
pub struct Follower {
    told: Arc<Mutex<Told>>,
    task: JoinHandle<()>,
}

#[derive(Deserialize)]
struct Hint {
    r#type: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    revision: u64,
    cursor: Option<String>,
}

impl Follower {
    /// Follows as this person from now on.
    ///
    /// # Errors
    /// When the desk refuses.
    pub async fn start(agent: &Agent) -> Outcome<Self> {
        let (url, cookie) = agent.socket();
        let told = Arc::new(Mutex::new(Told::default()));
        let mut wire = Wire::open(&url, &cookie).await?;
        while lock(&told).cursor.is_empty() {
            let hint = wire.next().await?.ok_or("the desk closed a WebSocket at once")?;
            note(&told, &hint)?;
        }
        let ours = Arc::clone(&told);
        let task = tokio::spawn(async move {
            hear(&ours, wire).await;
            loop {
                // A desk that is gone tells nobody when it is back.
                tokio::time::sleep(AGAIN).await;
                let after = format!("{url}?after={}", lock(&ours).cursor);
                if let Ok(wire) = Wire::open(&after, &cookie).await {
                    lock(&ours).resumed += 1;
                    hear(&ours, wire).await;
                }
            }
        });
        Ok(Self { told, task })
    }

    /// Waits until it was told the last of every conversation, as the desk has them.
    ///
    /// # Errors
    /// When it missed something, or was told to read everything.
    pub async fn knows_all(&self, agent: &Agent) -> Outcome {
        wait::until("the follower knows the last of all", async || {
            for conversation in agent.conversations("").await? {
                let known = lock(&self.told).revisions.get(&conversation.id).copied();
                if known != Some(conversation.revision) {
                    return Err(format!("{known:?} of {conversation:?}").into());
                }
            }
            Ok(())
        })
        .await?;
        let told = lock(&self.told);
        if told.resyncs > 0 {
            return Err(format!("it was told to read everything {} times", told.resyncs).into());
        }
        Ok(())
    }

    /// How often it went on where it was.
    #[must_use]
    pub fn resumed(&self) -> usize {
        lock(&self.told).resumed
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn hear(told: &Mutex<Told>, mut wire: Wire) {
    while let Ok(Some(hint)) = wire.next().await {
        // What cannot be read would be missed, and be found missing.
        let _ = note(told, &hint);
    }
}

fn note(told: &Mutex<Told>, hint: &[u8]) -> Outcome {
    let hint: Hint = serde_json::from_slice(hint)?;
    let mut told = lock(told);
    match hint.r#type.as_str() {
        "conversation" => {
            told.revisions.insert(hint.id, hint.revision);
        }
        "resync" => told.resyncs += 1,
        _ => {}
    }
    if let Some(cursor) = hint.cursor {
        told.cursor = cursor;
    }
    Ok(())
}
