//! Which replica should serve which lane: rendezvous hashing gives each pair a weight, and the
//! replica with the highest weight wins the lane. When replicas come or go only their lanes move.

use switchboard_queue::Topic;

/// The consumer priority of a replica for a lane.
pub(crate) fn priority(replica: &str, topic: Topic) -> i32 {
    let name = format!("{replica}\0{topic}");
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 33;
    i32::try_from(mixed % 1_000_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn lanes_spread_over_replicas_and_few_move() {
        let owner = |replicas: &[&str], topic| {
            let best = replicas.iter().max_by_key(|replica| priority(replica, topic));
            (*best.unwrap()).to_owned()
        };
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let (mut moved, mut total) = (0, 0);
        for topic in Topic::all() {
            let before = owner(&["a", "b", "c"], topic);
            let after = owner(&["a", "b"], topic);
            *counts.entry(before.clone()).or_default() += 1;
            total += 1;
            moved += u32::from(before != "c" && before != after);
        }
        assert_eq!(moved, 0);
        assert!(counts.values().all(|count| *count > total / 8), "{counts:?}");
    }
}
