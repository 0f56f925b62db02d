//! `switchboard webhooks`.

use secrecy::ExposeSecret;
use switchboard_backend::Keys;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_desk::{
    BOTH_SIGN, Integrators, MOST_ENDPOINTS, MOST_REPLAYED, NoSecret, PAUSED, check_kinds,
};
use switchboard_domain::{Timestamp, ids::EndpointId};
use switchboard_store::{
    Db, Store,
    webhooks::{
        deliveries::{self, Which},
        endpoints::{self, Endpoint},
    },
};
use uuid::Uuid;

use super::{Error, say, target};
use crate::cli::{self, AddWebhook, OneWebhook, ReplayWebhook, Replayed};

/// Deliveries that are listed at a time.
const PAGE: i64 = 100;

pub(super) async fn run(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    command: cli::Webhooks,
) -> Result<(), Error> {
    let told = |fault: switchboard_outside::Fault| Error::Usage(fault.to_string());
    let integrators = Integrators::new(settings, keys).map_err(told)?;
    match command {
        cli::Webhooks::Add(options) => add(store, &integrators, options).await,
        cli::Webhooks::List { workspace } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            let all = store.read(move |db| endpoints::list(db, workspace)).await?;
            all.iter().try_for_each(show)
        }
        cli::Webhooks::Pause(of) => {
            turn(store, of, Some(PAUSED)).await?;
            say("the endpoint is told nothing until `switchboard webhooks resume`")
        }
        cli::Webhooks::Resume(of) => {
            turn(store, of, None).await?;
            say("the endpoint is told again; `switchboard webhooks replay` tells what it missed")
        }
        cli::Webhooks::Rotate(of) => rotate(store, &integrators, of).await,
        cli::Webhooks::Remove(of) => {
            let Endpoint { id, workspace, .. } = find(store, of).await?;
            store.write(move |db| endpoints::remove(db, workspace, id)).await?;
            say("the endpoint is removed")
        }
        cli::Webhooks::Deliveries { of, state, before } => list(store, of, (state, before)).await,
        cli::Webhooks::Replay(options) => replay(store, options).await,
        cli::Webhooks::Test(of) => test(store, &integrators, of).await,
    }
}

async fn find(store: &Store, of: OneWebhook) -> Result<Endpoint, Error> {
    let workspace = target::workspace(store, of.workspace.as_deref()).await?;
    target::webhook(store, &workspace, &of.endpoint).await
}

async fn add(store: &Store, integrators: &Integrators, options: AddWebhook) -> Result<(), Error> {
    let workspace = target::workspace(store, options.workspace.as_deref()).await?.id;
    let (url, kinds) = (options.url.trim().to_owned(), options.events);
    integrators.check_address(&url).map_err(Error::Usage)?;
    check_kinds(&kinds).map_err(Error::Usage)?;
    let all = store.read(move |db| endpoints::list(db, workspace)).await?;
    if all.len() >= MOST_ENDPOINTS {
        let why = format!("there are {MOST_ENDPOINTS} endpoints, which is the most");
        return Err(Error::Usage(format!("{why}; remove one with `switchboard webhooks remove`")));
    }
    let id = EndpointId::new(Uuid::now_v7());
    let (secret, sealed) = integrators.draw((workspace, id)).map_err(no_secret)?;
    let endpoint = Endpoint::new((workspace, id), (url, kinds), sealed, clock::now());
    store.write(move |db| endpoints::add(db, &endpoint)).await?;
    say(&format!("Endpoint: {id}"))?;
    say(&format!("Secret:   {}", secret.expose_secret()))?;
    say("The secret is told this once. Try it with `switchboard webhooks test`.")
}

async fn turn(store: &Store, of: OneWebhook, off: Option<&'static str>) -> Result<(), Error> {
    let Endpoint { id, workspace, url, kinds, .. } = find(store, of).await?;
    let work = move |db: &mut Db| endpoints::change(db, (workspace, id), (&url, &kinds), off);
    Ok(store.write(work).await?)
}

async fn rotate(store: &Store, integrators: &Integrators, of: OneWebhook) -> Result<(), Error> {
    let Endpoint { id, workspace, .. } = find(store, of).await?;
    let whose = (workspace, id);
    let (secret, sealed) = integrators.draw(whose).map_err(no_secret)?;
    let until = clock::now().plus(BOTH_SIGN);
    store.write(move |db| endpoints::rotate(db, whose, &sealed, until)).await?;
    say(secret.expose_secret())
}

fn no_secret(why: NoSecret) -> Error {
    Error::Usage(format!("no secret can be made: {why}"))
}

fn show(endpoint: &Endpoint) -> Result<(), Error> {
    let state = match (&endpoint.off_because, endpoint.failing_since) {
        (Some(because), _) => format!("off: {because}"),
        (None, Some(since)) => format!("failing since {}", when(Some(since))),
        (None, None) => "on".to_owned(),
    };
    let (taken, kinds) = (when(endpoint.taken_at), endpoint.kinds.join(","));
    say(&format!("{}\t{}\t{state}\t{taken}\t{kinds}", endpoint.id, endpoint.url))
}

async fn list(
    store: &Store,
    of: OneWebhook,
    (state, before): (Option<String>, Option<i64>),
) -> Result<(), Error> {
    let id = find(store, of).await?.id;
    let page = move |db: &mut Db| deliveries::page(db, id, (state.as_deref(), before), PAGE);
    for one in store.read(page).await? {
        let (tried, answer) = (when(one.tried_at), one.answer);
        let (seq, event, kind) = (one.seq, one.event, one.kind);
        let (state, attempts) = (one.state, one.attempts);
        say(&format!("{seq}\t{event}\t{kind}\t{state}\t{attempts}\t{tried}\t{answer}"))?;
    }
    Ok(())
}

async fn replay(store: &Store, options: ReplayWebhook) -> Result<(), Error> {
    let endpoint = find(store, options.of).await?;
    if endpoint.off_because.is_some() {
        let why = "the endpoint is off; turn it on first with `switchboard webhooks resume`";
        return Err(Error::Usage(why.into()));
    }
    let now = clock::now();
    let which = match options.what {
        Replayed { event: Some(event), .. } => Which::One(event),
        Replayed { from: Some(from), .. } => Which::Between(from, options.until.unwrap_or(now)),
        Replayed { missed_since, .. } => Which::Missed(missed_since.unwrap_or(now)),
    };
    let limit = (MOST_REPLAYED, now);
    let work = move |db: &mut Db| deliveries::replay(db, &endpoint, &which, limit);
    match store.write(work).await? {
        0 => {
            let why = "there is no such event: it is not kept any more, or is of a type that the \
                       endpoint is not told of; see `switchboard webhooks deliveries`";
            Err(Error::Usage(why.into()))
        }
        count => say(&format!("{count} events are told again, by the desk that runs")),
    }
}

async fn test(store: &Store, integrators: &Integrators, of: OneWebhook) -> Result<(), Error> {
    let endpoint = find(store, of).await?;
    let event = format!("evt_{}", Uuid::now_v7().simple());
    let trial = integrators.try_out(&endpoint, &event, clock::now()).await;
    let how = format!("{} after {} ms", trial.answer, trial.milliseconds);
    trial.said.lines().try_for_each(|line| say(&format!("| {line}")))?;
    if trial.taken {
        return say(&format!("it arrived: {how}"));
    }
    let next = "see docs/runbooks/webhooks-failing.md";
    Err(Error::Usage(format!("it was not taken: {how}; {next}")))
}

/// A time for people and programs, in UTC.
fn when(at: Option<Timestamp>) -> String {
    let at = at.and_then(|at| jiff::Timestamp::from_second(at.as_millis().div_euclid(1000)).ok());
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}
