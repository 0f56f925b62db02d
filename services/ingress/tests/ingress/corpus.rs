//! Every real webhook body that we know of is taken, and all its events are on the queue. The
//! corpus belongs to others and lies beside the repository, or where `SWITCHBOARD_CORPUS` says;
//! without it this test says so and checks nothing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use switchboard_meta::webhook;

use crate::rig::{Rig, SECRET};

#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn bodies() -> Vec<(PathBuf, Vec<u8>)> {
    let corpus = std::env::var_os("SWITCHBOARD_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    if !corpus.is_dir() {
        eprintln!("!!! NO CORPUS at {}: nothing was checked !!!", corpus.display());
        return Vec::new();
    }
    let files: Vec<_> = ["messenger", "instagram", "whatsapp", "other"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(corpus.join(folder)).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    assert!(files.len() > 2, "the corpus at {} is empty", corpus.display());
    files
}

#[tokio::test]
async fn every_real_body_is_taken_whole() {
    let rig = Rig::start().await;
    let mut expected = BTreeMap::<String, usize>::new();
    for (path, body) in bodies() {
        for event in webhook::split(&body).unwrap() {
            *expected.entry(event.raw).or_default() += 1;
        }
        assert_eq!(rig.signed(SECRET, body).await, 200, "{}", path.display());
    }
    let mut found = BTreeMap::<String, usize>::new();
    for one in rig.found().await {
        *found.entry(one.event.raw).or_default() += 1;
    }
    assert!(found == expected, "what is on the queue is not what was sent");
    rig.stop().await;
}
