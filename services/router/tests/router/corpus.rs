//! Every real webhook body that we know of, to the end: each event is in a conversation, with an
//! account, or kept as unrouted; nothing goes to the dead letters. The corpus belongs to others and
//! lies beside the repository, or where `SWITCHBOARD_CORPUS` says.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use switchboard_meta::webhook;
use switchboard_queue::Topic;

use crate::rig::Rig;

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("SWITCHBOARD_CORPUS").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// The whole bodies, and the parts of bodies put back into one.
fn bodies(corpus: &Path) -> Vec<Value> {
    let index = fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
    let rows = index.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| {
        let text = fs::read(corpus.join(row[0])).unwrap();
        let part: Value = serde_json::from_slice(&text).ok()?;
        let object = match row[1] {
            "messenger" => "page",
            "whatsapp" => "whatsapp_business_account",
            other => other,
        };
        let entry = |key: &str| json!([{"id": "1", "time": 2, key: [part.clone()]}]);
        match row[2] {
            "messaging-event" => Some(json!({"object": object, "entry": entry("messaging")})),
            "change" => Some(json!({"object": object, "entry": entry("changes")})),
            "entry-list" => Some(json!({"object": object, "entry": part})),
            _ => part.get("entry").is_some().then_some(part),
        }
    })
    .collect()
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "whoever reads the output must see that nothing ran")]
async fn the_corpus_leaves_no_dead_letter() {
    let Some(corpus) = folder() else {
        eprintln!("!!! NO CORPUS beside the repository: nothing was checked !!!");
        return;
    };
    let bodies = bodies(&corpus);
    assert!(bodies.len() > 300, "only {} bodies in {}", bodies.len(), corpus.display());
    let rig = Rig::start().await;
    let mut accounts = BTreeSet::new();
    let mut events = 0;
    for body in &bodies {
        let split = webhook::split(body.to_string().as_bytes()).unwrap();
        events += split.len();
        accounts
            .extend(split.into_iter().filter_map(|event| Some((event.channel?, event.account?))));
    }
    for (channel, account) in accounts {
        rig.connect(channel, &account).await;
    }
    for body in &bodies {
        rig.webhook(body).await;
    }
    rig.drain().await;
    let dead = rig.queue.depth(Topic::DeadLetters).await.unwrap();
    let kept = rig.unrouted(1).await;
    assert_eq!(dead, 0, "of {events} events some could not be applied");
    for event in kept {
        assert_ne!(event.reason, "not understood", "{event:?}");
        let connected = event.reason != "the account is not connected";
        assert!(connected || event.account.is_empty(), "{event:?}");
    }
    rig.stop().await;
}
