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

    use serde_json::{Value, json};
    use switchboard_domain::{Channel, Content};
    use switchboard_meta::{
        error::GraphError,
        inbound::{self, Normalised},
        send::{self, Answer},
        webhook::{self, RawEvent},
    };

    fn folder() -> PathBuf {
        std::env::var_os("SWITCHBOARD_CORPUS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
            PathBuf::from,
        )
    }

    /// The corpus, or `None`, loudly.
    #[expect(clippy::print_stderr, reason = "whoever reads the output must see that nothing ran")]
    fn corpus() -> Option<PathBuf> {
        let corpus = folder();
        if !corpus.is_dir() {
            eprintln!("!!! NO CORPUS at {}: nothing was checked !!!", corpus.display());
            return None;
        }
        Some(corpus)
    }

    /// The files of these folders.
    fn bodies(folders: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
        let Some(corpus) = corpus() else { return Vec::new() };
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

    /// The files with this shape in the corpus's index, with their channel.
    fn shaped(shape: &str) -> Vec<(String, String, Value)> {
        let Some(corpus) = corpus() else { return Vec::new() };
        let index = fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
        let rows = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let found: Vec<_> = rows
            .filter(|row| row.get(2) == Some(&shape))
            .map(|row| {
                let text = fs::read(corpus.join(row[0])).unwrap();
                (row[0].to_owned(), row[1].to_owned(), serde_json::from_slice(&text).unwrap())
            })
            .collect();
        assert!(!found.is_empty(), "the corpus has no {shape}");
        found
    }

    fn object(channel: &str) -> &str {
        match channel {
            "messenger" => "page",
            "whatsapp" => "whatsapp_business_account",
            other => other,
        }
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
            "user_preferences",
            "calls",
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
            let field = change["field"].as_str();
            let is_messages = matches!(field, Some("messages" | "standby" | "calls") | None);
            let counted: usize = ["messages", "statuses", "errors"]
                .iter()
                .map(|key| if is_messages { list(value, key).len() } else { 0 })
                .sum();
            let others = ["message_echoes", "user_preferences", "calls"];
            let others: usize = others.iter().map(|key| list(value, key).len()).sum();
            (counted + others).max(1)
        };
        let in_entry = |entry: &Value| {
            let direct = list(entry, "messaging").len() + list(entry, "standby").len();
            (direct + list(entry, "changes").iter().map(in_change).sum::<usize>()).max(1)
        };
        list(body, "entry").iter().map(in_entry).sum::<usize>().max(1)
    }

    fn check(path: &Path, bytes: &[u8]) {
        let events = webhook::split(bytes).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        let body: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(events.len(), count(&body), "{}", path.display());
        assert_nothing_lost(path, &body, &events);
        for event in events {
            assert!(event.dedupe_key.len() <= 200, "{}", path.display());
            let meanings = inbound::normalise(&event.raw).unwrap();
            assert!(!meanings.is_empty(), "{}", path.display());
            let is_plain = matches!(event.kind.as_str(), "message" | "echo" | "postback");
            if is_plain && event.customer.is_some() {
                let kept_aside = meanings.iter().any(|m| matches!(m, Normalised::Other { .. }));
                assert!(!kept_aside, "{}: {meanings:?}", path.display());
            }
        }
    }

    #[test]
    fn every_webhook_body_splits_without_loss_and_normalises() {
        for (path, bytes) in bodies(&["messenger", "instagram", "whatsapp", "other"]) {
            check(&path, &bytes);
        }
    }

    #[test]
    fn so_do_the_parts_of_bodies_put_back_into_one() {
        let entry = |entry: Value| Value::from(vec![entry]);
        for (shape, key) in [("messaging-event", "messaging"), ("change", "changes")] {
            for (path, channel, part) in shaped(shape) {
                let entry = entry(json!({ "id": "1", "time": 2, key: [part] }));
                let body = json!({ "object": object(&channel), "entry": entry });
                check(Path::new(&path), body.to_string().as_bytes());
            }
        }
        for (path, channel, entries) in shaped("entry-list") {
            let body = json!({ "object": object(&channel), "entry": entries });
            check(Path::new(&path), body.to_string().as_bytes());
        }
    }

    /// What is neither shown nor explained: the kinds of events, and the kinds of content.
    fn without_meaning(bytes: &[u8], found: &mut BTreeMap<String, usize>) {
        for event in webhook::split(bytes).unwrap() {
            for meaning in inbound::normalise(&event.raw).unwrap() {
                let kind = match meaning {
                    Normalised::Other { kind, .. } => kind,
                    Normalised::Message { message, .. } => match message.content {
                        Content::Unsupported { kind } => format!("content {kind}"),
                        _ => continue,
                    },
                    Normalised::Happened { happening, .. } => match happening.content {
                        Content::Unsupported { kind } => format!("content {kind}"),
                        _ => continue,
                    },
                    _ => continue,
                };
                *found.entry(kind).or_default() += 1;
            }
        }
    }

    /// A kind that loses its meaning shows here; so does one that Meta adds.
    #[test]
    fn only_these_kinds_have_no_meaning() {
        let mut found = BTreeMap::new();
        for (_, bytes) in bodies(&["messenger", "instagram", "whatsapp"]) {
            without_meaning(&bytes, &mut found);
        }
        let unknown: Vec<_> = found.keys().filter(|kind| !KNOWN.contains(&kind.as_str())).collect();
        assert!(unknown.is_empty(), "no meaning for {unknown:?}, among {found:?}");
    }

    /// Groups, histories and calls' statuses are not ours to show; `user_id_update` was withdrawn;
    /// the rest lacks what it is about, or is what Meta itself calls unsupported.
    const KNOWN: &[&str] = &[
        "change:foo",
        "change:parking",
        "change:payment_options",
        "content interactive",
        "content template",
        "content text",
        "content unknown",
        "content unsupported",
        "content unsupported.pool",
        "content unsupported_type",
        "group_message",
        "postback",
        "standby:unknown",
        "unknown",
        "whatsapp:automatic_events",
        "whatsapp:calls",
        "whatsapp:group_lifecycle_update",
        "whatsapp:group_participants_update",
        "whatsapp:group_settings_update",
        "whatsapp:history",
        "whatsapp:smb_app_state_sync",
        "whatsapp:user_id_update",
    ];

    #[test]
    fn every_error_and_every_answer_is_read() {
        for (path, _, body) in shaped("error") {
            let read = GraphError::parse(body.to_string().as_bytes());
            assert!(read.is_some(), "{path}: {body}");
        }
        for (path, channel, body) in shaped("send-response") {
            let channel: Channel = channel.parse().unwrap();
            let read = send::answer(channel, body.to_string().as_bytes());
            assert!(matches!(read, Answer::Accepted { .. }), "{path}: {read:?}");
        }
    }
}
