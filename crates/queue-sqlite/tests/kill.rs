//! What a process confirmed is there after it was killed in the middle of its work.
//!
//! The process is this test binary, told to run [`publish_until_killed`]. (A kill does not test
//! fsync: the system still writes what it was given.)

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        io::{BufRead, BufReader, Write},
        path::Path,
        process::{Command, Stdio},
        sync::Arc,
    };

    use switchboard_queue::{
        Queue, QueueError, SharedQueue, Topic,
        conformance::{Failure, message, number_of, options, take},
    };
    use switchboard_queue_sqlite::SqliteQueue;
    use tokio::task::JoinSet;

    /// Tells the child which file, and the first number to publish.
    const FILE: &str = "SWITCHBOARD_TEST_QUEUE_FILE";
    const FIRST: &str = "SWITCHBOARD_TEST_FIRST_NUMBER";

    const TASKS: u32 = 8;
    const ROUND: u32 = 1_000_000;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_kill_loses_nothing_confirmed_and_brings_back_nothing_acked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.db");
        let mut expected = BTreeSet::new();
        for round in 0..5 {
            let file = path.clone();
            let child = move || run_and_kill(&file, round * ROUND);
            let story = tokio::task::spawn_blocking(child).await.unwrap().unwrap();
            expected.extend(story.confirmed);
            expected.retain(|number| !story.acking.contains(number));
            let found = stored(&path).await.unwrap();
            let lost: Vec<_> = expected.difference(&found).collect();
            assert!(lost.is_empty(), "round {round}: confirmed and lost: {lost:?}");
            let undead: Vec<_> = story.acked.intersection(&found).collect();
            assert!(undead.is_empty(), "round {round}: acked and back: {undead:?}");
        }
        assert!(expected.len() > 100, "the test had something to lose: {}", expected.len());
    }

    /// What the child told before its end.
    #[derive(Default)]
    struct Story {
        confirmed: BTreeSet<u32>,
        /// It was about to ack these.
        acking: BTreeSet<u32>,
        acked: BTreeSet<u32>,
    }

    fn run_and_kill(path: &Path, first: u32) -> Result<Story, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", "tests::publish_until_killed", "--ignored", "--nocapture"])
            .env(FILE, path)
            .env(FIRST, first.to_string())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the child has no output")?;
        let mut story = Story::default();
        for line in BufReader::new(output).lines() {
            let line = line?;
            let Some((what, number)) = line.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u32>() else { continue };
            match what {
                "confirmed" => story.confirmed.insert(number),
                "acking" => story.acking.insert(number),
                "acked" => story.acked.insert(number),
                _ => false,
            };
            // Once killed, what it had said before is still in the pipe.
            if story.acked.len() == 300 {
                child.kill()?;
            }
        }
        child.wait()?;
        Ok(story)
    }

    async fn stored(path: &Path) -> Result<BTreeSet<u32>, Failure> {
        let queue = SqliteQueue::open(path)?;
        let depth = usize::try_from(queue.depth(Topic::BotTurns).await?)?;
        let mut found = BTreeSet::new();
        // More than a prefetch may be stored, so it is read by several, none of which acks.
        let mut subscriptions = Vec::new();
        while found.len() < depth {
            let count = (depth - found.len()).min(2_000);
            let mut subscription = queue.subscribe(Topic::BotTurns, options(2_000)).await?;
            for delivery in take(&mut subscription, count).await? {
                assert!(delivery.redelivered, "the child may have had it");
                assert!(found.insert(number_of(&delivery)?), "one message came twice");
            }
            subscriptions.push(subscription);
        }
        queue.close().await;
        Ok(found)
    }

    fn tell(what: &str, number: u32) -> Result<(), Failure> {
        Ok(writeln!(std::io::stdout().lock(), "{what} {number}")?)
    }

    #[ignore = "the child of the test above"]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn publish_until_killed() {
        let path = std::env::var(FILE).unwrap();
        let first: u32 = std::env::var(FIRST).unwrap().parse().unwrap();
        let queue: SharedQueue = Arc::new(SqliteQueue::open(Path::new(&path)).unwrap());
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let queue = queue.clone();
            tasks.spawn(async move {
                for number in (first + task..first + ROUND).step_by(8) {
                    queue.publish(vec![message(Topic::BotTurns, number)]).await?;
                    tell("confirmed", number)?;
                }
                Ok::<(), Failure>(())
            });
        }
        // Most stay unacked; a reset gives them back, or the prefetch would be used up.
        let mut subscription = queue.subscribe(Topic::BotTurns, options(10)).await.unwrap();
        loop {
            let deliveries = take(&mut subscription, 3).await.unwrap();
            let number = number_of(&deliveries[2]).unwrap();
            tell("acking", number).unwrap();
            subscription.ack(&[deliveries[2].tag]).await.unwrap();
            tell("acked", number).unwrap();
            subscription.reset().await;
        }
    }

    #[tokio::test]
    async fn a_file_in_use_is_refused_until_it_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.db");
        let first = SqliteQueue::open(&path).unwrap();
        let second = SqliteQueue::open(&path).err().unwrap();
        assert!(matches!(&second, QueueError::Refused { .. }), "{second:?}");
        assert!(second.to_string().contains("another process"), "{second}");
        first.close().await;
        SqliteQueue::open(&path).unwrap();
    }
}
