//! What customers are asked, and what they said.

use switchboard_domain::{
    Timestamp,
    ids::{MessageId, SurveyId, TeamId, UserId, WorkspaceId},
    survey::Settings,
};
use switchboard_store::{
    Db, Store, StoreError,
    surveys::{
        self,
        answers::{self, Answer, Filter, Summary},
    },
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    an_account_asks_as_it_was_told_and_only_in_its_workspace
    the_first_choice_is_dated_and_the_last_one_counts
    numbers_and_pages_hold_what_the_filter_lets_through
    a_comment_goes_with_its_message_and_its_customer
}

fn survey(number: u8) -> SurveyId {
    SurveyId::derive(&number.to_string())
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + seconds * 1_000_000)
}

fn due(number: u8, asked: bool) -> Answer {
    let resolved_at = later(i64::from(number));
    Answer {
        id: survey(number),
        workspace: workspace(),
        account: account_id(),
        conversation: Some(conversation_id()),
        agent: UserId::derive(if number.is_multiple_of(2) { "ann" } else { "bob" }),
        team: TeamId::derive("team"),
        resolved_at,
        asked_at: asked.then_some(resolved_at),
        answered_at: None,
        score: None,
        comment: None,
    }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl Fn(&mut Db) -> Result<T, StoreError> + Send + Sync + 'static,
) -> T {
    store.write(work).await.unwrap()
}

async fn an_account_asks_as_it_was_told_and_only_in_its_workspace(store: &Store) {
    write(store, |db| seed_conversation(db).map(|_| ())).await;
    let none = write(store, |db| surveys::of(db, workspace(), account_id())).await;
    assert_eq!(none, None);
    let settings = Settings { enabled: true, pause_days: 3, ..Settings::default() };
    for settings in [Settings::default(), settings.clone()] {
        let account = (workspace(), account_id());
        write(store, move |db| surveys::set(db, account, &settings, NOW)).await;
    }
    let found = write(store, |db| surveys::of(db, workspace(), account_id())).await;
    assert_eq!(found, Some(settings));
    let elsewhere = WorkspaceId::derive("other");
    let hidden = write(store, move |db| surveys::of(db, elsewhere, account_id())).await;
    assert_eq!(hidden, None);
}

async fn the_first_choice_is_dated_and_the_last_one_counts(store: &Store) {
    write(store, |db| seed_conversation(db).map(|_| ())).await;
    let found = write(store, |db| {
        answers::add(db, &due(1, true))?;
        answers::add(db, &due(1, true))?;
        answers::rate(db, survey(1), 2, later(10))?;
        answers::rate(db, survey(1), 5, later(20))?;
        answers::not_asked(db, survey(1))?;
        answers::find(db, conversation_id(), survey(1))
    });
    let wanted = Answer { answered_at: Some(later(10)), score: Some(5), ..due(1, true) };
    assert_eq!(found.await, Some(wanted));
    let (other, wrong) = write(store, |db| {
        let elsewhere =
            answers::find(db, switchboard_domain::ids::ConversationId::derive("bob"), survey(1))?;
        Ok((elsewhere, answers::find(db, conversation_id(), survey(2))?))
    })
    .await;
    assert_eq!((other, wrong), (None, None), "a button counts in its conversation only");
}

async fn numbers_and_pages_hold_what_the_filter_lets_through(store: &Store) {
    write(store, |db| seed_conversation(db).map(|_| ())).await;
    write(store, |db| {
        for number in 1..=6 {
            answers::add(db, &due(number, number != 6))?;
        }
        for (number, score) in [(1, 5), (2, 4), (3, 4), (4, 1)] {
            answers::rate(db, survey(number), score, later(100))?;
        }
        answers::not_asked(db, survey(5))
    })
    .await;
    let sum = |filter: Filter| write(store, move |db| answers::summary(db, workspace(), &filter));
    let all = Summary { asked: 4, not_asked: 2, scores: [1, 0, 0, 2, 1] };
    assert_eq!(sum(Filter::default()).await, all);
    let bob = Filter { agent: Some(UserId::derive("bob")), ..Filter::default() };
    assert_eq!(sum(bob).await, Summary { asked: 2, not_asked: 1, scores: [0, 0, 0, 1, 1] });
    let early = Filter { from: Some(later(2)), until: Some(later(4)), ..Filter::default() };
    assert_eq!(
        sum(early.clone()).await,
        Summary { asked: 2, not_asked: 0, scores: [0, 0, 0, 2, 0] }
    );
    let page = |before| {
        write(store, move |db| answers::list(db, workspace(), &Filter::default(), before, 3))
    };
    let first = page(None).await;
    let ids: Vec<SurveyId> = first.iter().map(|one| one.id).collect();
    assert_eq!(ids, [survey(4), survey(3), survey(2)]);
    let rest = page(first.last().map(|last| (last.resolved_at, last.id))).await;
    assert_eq!(rest.iter().map(|one| one.id).collect::<Vec<_>>(), [survey(1)]);
    let elsewhere = WorkspaceId::derive("other");
    let hidden = write(store, move |db| answers::list(db, elsewhere, &early, None, 3)).await;
    assert_eq!(hidden, []);
}

async fn a_comment_goes_with_its_message_and_its_customer(store: &Store) {
    write(store, |db| seed_conversation(db).map(|_| ())).await;
    let message = MessageId::derive("comment");
    let of = || write(store, |db| answers::of(db, workspace(), conversation_id()));
    write(store, move |db| {
        answers::add(db, &due(1, true))?;
        answers::rate(db, survey(1), 1, NOW)?;
        answers::comment(db, survey(1), (message, "slow"))?;
        answers::revise(db, message, Some("too slow"))
    })
    .await;
    assert_eq!(of().await[0].comment.as_deref(), Some("too slow"));
    write(store, move |db| answers::revise(db, message, None)).await;
    assert_eq!(of().await[0].comment, None, "the customer took it back");
    write(store, move |db| answers::comment(db, survey(1), (message, "slow"))).await;
    write(store, |db| answers::forget(db, conversation_id())).await;
    assert_eq!(of().await, [], "nothing leads to the customer");
    let left = write(store, |db| answers::list(db, workspace(), &Filter::default(), None, 9)).await;
    let nobodys =
        Answer { conversation: None, answered_at: Some(NOW), score: Some(1), ..due(1, true) };
    assert_eq!(left, [nobodys], "and the score counts");
}
