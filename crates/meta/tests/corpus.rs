//! Every real body that we know of: none is refused, nothing of it is lost, all of it has a
//! meaning. The corpus belongs to others and lies beside the repository, or where
//! `SWITCHBOARD_CORPUS` says; without it this test says so and checks nothing.

#[cfg(test)]
mod corpus {
    use std::{
        collections::BTreeMap,
        fs,
        path::{Path, PathBuf},
    };

    use serde_json::Value;
    use switchboard_meta::{
        inbound::{self, Normalised},
        webhook::{self, RawEvent},
    };

    fn folder() -> PathBuf {
        std::env::var_os("SWITCHBOARD_CORPUS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
            PathBuf::from,
        )
    }

    /// The files of these folders; empty, and loudly so, if the corpus is not there.
    fn bodies(folders: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
        let corpus = folder();
        if !corpus.is_dir() {
            eprintln!("!!! NO CORPUS at {}: nothing was checked !!!", corpus.display());
            return Vec::new();
        }
        let files: Vec<_> = folders
            .iter()
            .flat_map(|name| fs::read_dir(corpus.join(name)).unwrap())
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        assert!(files.len() > 2, "the corpus at {} is empty", corpus.display());
        files
    }

    /// Everything in a value that is no container, by where it stands, with the keys of the places
    /// that splitting takes apart left out.
    fn leaves(value: &Value, out: &mut BTreeMap<String, usize>) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().for_each(|item| leaves(item, out));
            }
            Value::Object(fields) if !fields.is_empty() => {
                for (key, value) in fields {
                    let key = key.rsplit('.').next().unwrap_or(key);
                    *out.entry(format!("key {key}")).or_default() += 1;
                    leaves(value, out);
                }
            }
            leaf => *out.entry(leaf.to_string()).or_default() += 1,
        }
    }

    /// Each leaf of the body is in some event at least as often, except what stands once around
    /// several events and the names of the lists themselves.
    fn assert_nothing_lost(path: &Path, body: &Value, events: &[RawEvent]) {
        let (mut there, mut kept) = (BTreeMap::new(), BTreeMap::new());
        leaves(body, &mut there);
        for event in events {
            let raw: Value = serde_json::from_str(&event.raw).unwrap();
            leaves(&raw, &mut kept);
        }
        const TAKEN_APART: &[&str] = &[
            "entry",
            "id",
            "changes",
            "messaging",
            "standby",
            "value",
            "messages",
            "statuses",
            "errors",
            "message_echoes",
            "messaging_product",
        ];
        let missing: Vec<_> = there
            .iter()
            .filter(|(leaf, count)| kept.get(*leaf).copied().unwrap_or_default() < **count)
            .filter(|(leaf, _)| {
                let key = leaf.strip_prefix("key ");
                !key.is_some_and(|key| TAKEN_APART.contains(&key)) && *leaf != "\"whatsapp\""
            })
            .collect();
        assert!(missing.is_empty(), "{}: lost {missing:?} of {body:#}", path.display());
    }

    /// How many single events the body's lists hold.
    fn count(body: &Value) -> usize {
        let list = |value: &Value, key: &str| {
            value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let in_change = |change: &Value| {
            let value = &change["value"];
            let is_messages = matches!(change["field"].as_str(), Some("messages") | None);
            let counted: usize = ["messages", "statuses", "errors"]
                .iter()
                .map(|key| if is_messages { list(value, key).len() } else { 0 })
                .sum();
            counted.max(list(value, "message_echoes").len()).max(1)
        };
        let in_entry = |entry: &Value| {
            let direct = list(entry, "messaging").len() + list(entry, "standby").len();
            (direct + list(entry, "changes").iter().map(in_change).sum::<usize>()).max(1)
        };
        list(body, "entry").iter().map(in_entry).sum::<usize>().max(1)
    }

    #[test]
    fn every_webhook_body_splits_without_loss_and_normalises() {
        let mut kinds = BTreeMap::<String, usize>::new();
        for (path, bytes) in bodies(&["messenger", "instagram", "whatsapp", "other"]) {
            let events = webhook::split(&bytes).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            let body: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(events.len(), count(&body), "{}", path.display());
            assert_nothing_lost(&path, &body, &events);
            for event in events {
                assert!(event.dedupe_key.len() <= 200, "{}", path.display());
                let found = inbound::normalise(&event.raw).unwrap();
                assert!(!found.is_empty());
                for one in found {
                    let name = format!("{:?} {:?} {}", event.channel, event.kind, meaning(&one));
                    *kinds.entry(name).or_default() += 1;
                }
            }
        }
        eprintln!("{kinds:#?}");
    }

    /// Statistics only: nothing of the corpus's own text.
    fn meaning(normalised: &Normalised) -> String {
        use switchboard_domain::Content;
        let content = |content: &Content| match content {
            Content::Text { .. } => "text".to_owned(),
            Content::Media(media) => format!("{:?}", media.kind).to_lowercase(),
            Content::Prompt { .. } => "prompt".to_owned(),
            Content::Choice { .. } => "choice".to_owned(),
            Content::Location { .. } => "location".to_owned(),
            Content::Reaction { emoji, .. } => format!("reaction({})", emoji.is_some()),
            Content::Unsupported { kind } => format!("unsupported({kind})"),
        };
        match normalised {
            Normalised::Message { message, .. } => format!("message {}", content(&message.content)),
            Normalised::Echo { message, .. } => format!("echo {}", content(&message.content)),
            Normalised::Receipt { status, error, .. } => {
                format!("receipt {status:?}, error {}", error.is_some())
            }
            Normalised::AccountNotice { .. } => "notice".to_owned(),
            Normalised::Other { identity, .. } => format!("other, who {}", identity.is_some()),
        }
    }
}
