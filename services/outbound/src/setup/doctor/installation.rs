//! The installation itself: database, queue, files, address, the way to Meta, the clock.

use std::time::{Duration, SystemTime};

use switchboard_queue::{Health, SharedQueue, Topic};
use switchboard_store::StoreError;
use url::{Host, Url};

use super::super::{Finding, Site};

/// Signatures and tokens begin to fail when clocks differ by more.
const SKEW: Duration = Duration::from_secs(60);

const STORE: &str = "database";
const QUEUE: &str = "queue";
const FILES: &str = "files";
const ADDRESS: &str = "public address";
const META: &str = "Meta";

const BROKER: &str = "Start the broker, or correct queue.url; until then Meta's webhooks are answered \
                      503 and nothing goes out. See docs/runbooks/broker-down.md.";

pub(super) async fn examine(site: &Site) -> Vec<Finding> {
    let mut found = vec![store(site).await];
    match &site.queue {
        Some(Ok(queue)) => found.extend(self::queue(queue).await),
        Some(Err(why)) => found.push(Finding::failed(
            "queue",
            QUEUE,
            format!("It cannot be used: {}.", why.trim_end_matches('.')),
            BROKER,
        )),
        None => found.push(Finding::skipped(
            "queue",
            QUEUE,
            "A running process owns the queue; ask that one, on the desk's page.",
        )),
    }
    found.push(files(site).await);
    found.push(address(&site.public_url));
    found.extend(meta(site).await);
    found
}

async fn store(site: &Site) -> Finding {
    let store = site.store.clone();
    let migrated = tokio::task::spawn_blocking(move || store.require_migrated()).await;
    let migrated = match migrated {
        Ok(migrated) => migrated,
        Err(error) => return Finding::skipped("store", STORE, error.to_string()),
    };
    match migrated {
        Ok(()) => Finding::ok("store", STORE, "It answers, and its schema is up to date."),
        Err(StoreError::Behind(count)) => Finding::failed(
            "store",
            STORE,
            format!("{count} migrations of the schema have not run."),
            "Run `switchboard migrate`.",
        ),
        Err(error) => Finding::failed(
            "store",
            STORE,
            format!("It does not answer: {error}."),
            "See docs/runbooks/database-down.md.",
        ),
    }
}

async fn queue(queue: &SharedQueue) -> Vec<Finding> {
    if let Health::Down(why) = queue.health().borrow().clone() {
        let evidence = format!("It is down: {}.", why.trim_end_matches('.'));
        return vec![Finding::failed("queue", QUEUE, evidence, BROKER)];
    }
    let mut found = vec![Finding::ok("queue", QUEUE, "It is up.")];
    for topic in [Topic::DeadLetters, Topic::Unroutable] {
        match queue.depth(topic).await {
            Ok(0) => {}
            Ok(count) => found.push(Finding::warning(
                "dead_letters",
                QUEUE,
                format!("{count} messages are in {topic}: nobody could process them."),
                "See docs/runbooks/dead-letters.md.",
            )),
            Err(error) => found.push(Finding::skipped("dead_letters", QUEUE, error.to_string())),
        }
    }
    found
}

async fn files(site: &Site) -> Finding {
    let tried = match &site.files {
        Ok(files) => {
            files.try_out().await.map(|()| files.place()).map_err(|error| error.to_string())
        }
        Err(why) => Err(why.clone()),
    };
    match tried {
        Ok(place) => {
            let evidence = format!("A file was written to {place}, read and deleted.");
            Finding::ok("files", FILES, evidence)
        }
        Err(why) => Finding::failed(
            "files",
            FILES,
            format!("{}.", why.trim_end_matches('.')),
            "Until this is mended, what customers send is not kept: give the service's user the \
             right to write there, or correct [media] in the configuration.",
        ),
    }
}

/// Meta posts only to https, under a name that the world knows.
fn address(url: &Url) -> Finding {
    let remedy = "Put a reverse proxy with a certificate in front of the ingress and set \
                  ingress.public_url to its https address.";
    let private = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Some(Host::Domain(name)) => name == "localhost" || !name.contains('.'),
        None => true,
    };
    if private {
        let evidence = format!("{url} cannot be reached from the internet.");
        return Finding::failed("public_url", ADDRESS, evidence, remedy);
    }
    if url.scheme() != "https" {
        let evidence = format!("{url} is not https, and Meta posts to nothing else.");
        return Finding::failed("public_url", ADDRESS, evidence, remedy);
    }
    Finding::ok("public_url", ADDRESS, format!("{url} is https and public by its name."))
}

async fn meta(site: &Site) -> Vec<Finding> {
    let reached = match site.graph.reach().await {
        Ok(reached) => reached,
        Err(why) => {
            return vec![Finding::failed(
                "reach",
                META,
                format!("The Graph API does not answer this server: {why}."),
                "Open this server's way out to graph.facebook.com, port 443, or set the proxy in \
                 outbound.proxy; check DNS.",
            )];
        }
    };
    let answered = format!("The Graph API answers this server (status {}).", reached.status);
    let mut found = vec![Finding::ok("reach", META, answered)];
    found.extend(reached.date.map(clock));
    found
}

fn clock(theirs: SystemTime) -> Finding {
    let ours = SystemTime::now();
    let skew = ours.duration_since(theirs).unwrap_or_else(|error| error.duration());
    let seconds = skew.as_secs();
    if skew > SKEW {
        return Finding::failed(
            "clock",
            "clock",
            format!("This server's clock differs from Meta's by {seconds} seconds."),
            "Let the server keep its time by NTP.",
        );
    }
    Finding::ok("clock", "clock", format!("It differs from Meta's by {seconds} seconds."))
}
