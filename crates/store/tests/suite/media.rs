//! Files: fetched by one replica at a time, told once, and forgotten wholly.

use std::time::Duration;

use switchboard_domain::{
    content::{Media, MediaKind},
    ids::{AccountId, MediaId, MessageId, WorkspaceId},
};
use switchboard_store::{
    Store,
    media::{
        self, MediaState,
        uploads::{self, AtMeta, Upload},
        work::{self, Job, Kept, Wanted},
    },
};

use super::{NOW, account_id, conversation_id, on_both, seed_account, workspace};

on_both! {
    a_file_is_one_replicas_at_a_time
    what_is_put_off_waits_and_what_is_told_rests
    what_is_forgotten_is_not_seen_and_then_gone
    an_upload_has_its_id_at_meta_and_its_link
    uploads_that_never_went_out_are_forgotten
}

const MINUTE: Duration = Duration::from_secs(60);

fn message(name: &str) -> MessageId {
    MessageId::derive(name)
}

fn media_id(name: &str) -> MediaId {
    MediaId::derive(name)
}

fn wanted(name: &str) -> Wanted {
    Wanted {
        id: media_id(name),
        workspace: workspace(),
        account: account_id(),
        conversation: conversation_id(),
        message: message(name),
        content: Media { url: Some("https://cdn.example/1".into()), ..Media::of(MediaKind::Image) },
    }
}

async fn seed(store: &Store, names: &[&'static str]) {
    store.write(seed_account).await.unwrap();
    for name in names {
        let name = *name;
        store.write(move |db| work::want(db, &wanted(name), NOW)).await.unwrap();
    }
}

async fn claim(store: &Store, busy: &'static [AccountId], after: Duration) -> Vec<Job> {
    let now = NOW.plus(after);
    store.write(move |db| work::claim(db, busy, (now, now.plus(MINUTE)), 10)).await.unwrap()
}

async fn state(store: &Store, name: &'static str) -> Option<MediaState> {
    let read = store.read(move |db| media::by_id(db, workspace(), media_id(name)));
    read.await.unwrap().map(|known| known.state)
}

async fn a_file_is_one_replicas_at_a_time(store: &Store) {
    seed(store, &["one", "two"]).await;
    store.write(|db| work::want(db, &wanted("one"), NOW)).await.unwrap();
    let jobs = claim(store, &[], Duration::ZERO).await;
    assert_eq!(jobs.len(), 2, "told twice, wanted once");
    assert_eq!(jobs[0].url.as_deref(), Some("https://cdn.example/1"));
    assert_eq!((jobs[0].attempts, jobs[0].since), (1, NOW));
    assert!(claim(store, &[], MINUTE / 2).await.is_empty(), "somebody is at it");
    let job = jobs[0].clone();
    store.write(move |db| work::keep_claim(db, &job, NOW.plus(MINUTE * 3))).await.unwrap();
    let again = claim(store, &[], MINUTE * 2).await;
    assert_eq!(again.len(), 1, "who is still at it keeps it");
    assert_eq!((again[0].media.id, again[0].attempts), (jobs[1].media.id, 2));
    let busy: &'static [AccountId] = Box::leak(Box::new([account_id()]));
    assert!(claim(store, busy, MINUTE * 9).await.is_empty(), "the account has enough to do");
}

async fn what_is_put_off_waits_and_what_is_told_rests(store: &Store) {
    seed(store, &["one"]).await;
    let job = claim(store, &[], Duration::ZERO).await.remove(0);
    let later = job.clone();
    let put_off = move |db: &mut _| work::later(db, &later, "busy", NOW.plus(MINUTE * 5));
    store.write(put_off).await.unwrap();
    assert!(claim(store, &[], MINUTE * 4).await.is_empty());
    store.write(|db| work::hasten(db, account_id(), NOW.plus(MINUTE))).await.unwrap();
    assert_eq!(claim(store, &[], MINUTE).await.len(), 1, "the account changed");

    let kept = Kept { size: 3, sha256: "abc".into(), mime_type: Some("image/png".into()) };
    let again = kept.clone();
    let stored = move |db: &mut _| work::stored(db, media_id("one"), &kept, NOW.plus(MINUTE));
    assert!(store.write(stored).await.unwrap());
    let stored = move |db: &mut _| work::stored(db, media_id("one"), &again, NOW.plus(MINUTE));
    assert!(!store.write(stored).await.unwrap(), "only what is wanted is stored");
    let of = store.read(|db| media::of_messages(db, workspace(), &[message("one")], &[]));
    let known = of.await.unwrap().remove(0);
    assert_eq!((known.state, known.size, known.reason), (MediaState::Stored, Some(3), None));
    let other = WorkspaceId::derive("other");
    let foreign = store.read(move |db| media::of_messages(db, other, &[message("one")], &[]));
    assert!(foreign.await.unwrap().is_empty());

    let tell = claim(store, &[], MINUTE).await.remove(0);
    assert_eq!(tell.media.state, MediaState::Stored);
    store.write(move |db| work::told(db, &tell)).await.unwrap();
    assert!(claim(store, &[], MINUTE * 90).await.is_empty(), "nothing is left to do");
}

async fn what_is_forgotten_is_not_seen_and_then_gone(store: &Store) {
    seed(store, &["one", "two"]).await;
    let fetching = claim(store, &[], Duration::ZERO).await;
    let forget = |db: &mut _| work::forget_message(db, workspace(), message("one"), NOW);
    store.write(forget).await.unwrap();
    assert_eq!(state(store, "one").await, None);
    let kept = Kept { size: 3, sha256: "abc".into(), mime_type: None };
    let id =
        fetching.iter().find(|job| job.media.message == Some(message("one"))).unwrap().media.id;
    let stored = move |db: &mut _| work::stored(db, id, &kept, NOW);
    assert!(!store.write(stored).await.unwrap(), "who fetched it has to delete it");
    let count = |db: &mut _| work::forget_conversation(db, workspace(), conversation_id(), NOW);
    assert_eq!(store.write(count).await.unwrap(), 2);
    let erasing = claim(store, &[], Duration::ZERO).await;
    assert_eq!(erasing.len(), 2);
    for job in erasing {
        assert_eq!(job.media.state, MediaState::Erasing);
        store.write(move |db| work::erased(db, job.media.id)).await.unwrap();
    }
    assert!(claim(store, &[], MINUTE * 90).await.is_empty());
}

fn upload(name: &str) -> Upload {
    Upload {
        id: media_id(name),
        workspace: workspace(),
        account: account_id(),
        conversation: conversation_id(),
        kind: MediaKind::File,
        mime_type: "application/pdf".into(),
        filename: "a.pdf".into(),
        size: 9,
        sha256: "abc".into(),
    }
}

async fn an_upload_has_its_id_at_meta_and_its_link(store: &Store) {
    seed(store, &[]).await;
    store.write(|db| uploads::add(db, &upload("pdf"), NOW)).await.unwrap();
    assert!(claim(store, &[], MINUTE).await.is_empty(), "nothing is to be fetched");
    let id = media_id("pdf");
    let at_meta = || store.read(move |db| uploads::at_meta(db, workspace(), id));
    assert_eq!(at_meta().await.unwrap(), None);
    let known = AtMeta { platform_id: "77".into(), until: NOW.plus(MINUTE) };
    let given = known.clone();
    store.write(move |db| uploads::given_to_meta(db, id, &given)).await.unwrap();
    assert_eq!(at_meta().await.unwrap(), Some(known));

    store.write(move |db| uploads::share(db, id, "secret", NOW.plus(MINUTE))).await.unwrap();
    for (secret, after, found) in [
        ("secret", Duration::ZERO, true),
        ("secret", MINUTE, false),
        ("other", Duration::ZERO, false),
    ] {
        let shared = store.read(move |db| uploads::shared(db, secret, NOW.plus(after)));
        assert_eq!(shared.await.unwrap().is_some(), found, "{secret} after {after:?}");
    }
}

async fn uploads_that_never_went_out_are_forgotten(store: &Store) {
    seed(store, &[]).await;
    for name in ["sent", "unused"] {
        store.write(move |db| uploads::add(db, &upload(name), NOW)).await.unwrap();
    }
    store.write(|db| uploads::goes_with(db, media_id("sent"), message("m"))).await.unwrap();
    let forget = |after: Duration| {
        let before = NOW.plus(after);
        store.write(move |db| uploads::forget_unused(db, before, NOW))
    };
    assert_eq!(forget(Duration::ZERO).await.unwrap(), 0, "it is too young");
    assert_eq!(forget(MINUTE).await.unwrap(), 1);
    assert_eq!(state(store, "unused").await, None);
    assert_eq!(state(store, "sent").await, Some(MediaState::Stored));
}
