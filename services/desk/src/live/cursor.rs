//! Where a listener is, in one word that means nothing to clients: how far they have come in each
//! stream of changes, and what they saw then. Whoever sees other conversations now than when the word
//! was given has to read everything, for those that they see anew did not change.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use switchboard_domain::ids::WorkspaceId;
use switchboard_store::changes::{Eyes, Heads, Stream};

/// Bytes of the hash that tells whose word it is.
const TAG: usize = 9;

/// Parts of a word: the tag, and a place of each stream.
const MARK: char = '.';

/// What somebody sees, as a word.
pub(crate) fn tag(workspace: WorkspaceId, eyes: &Eyes) -> String {
    let mut hash = Sha256::new();
    hash.update(workspace.to_string());
    if let Eyes::Own { agent, teams, accounts } = eyes {
        hash.update(agent.to_string());
        teams.iter().for_each(|team| hash.update(team.to_string()));
        accounts.iter().for_each(|account| hash.update(account.to_string()));
    }
    let hash = hash.finalize();
    URL_SAFE_NO_PAD.encode(hash.get(..TAG).unwrap_or_default())
}

/// The word for a place.
pub(crate) fn write(tag: &str, heads: &Heads) -> String {
    let last = heads.iter().map(|(stream, _)| stream.number()).max();
    let mut word = tag.to_owned();
    for stream in (0..=last.unwrap_or_default()).filter_map(Stream::of) {
        word.push(MARK);
        match heads.of(stream) {
            0 => {}
            position => word.push_str(&position.to_string()),
        }
    }
    word
}

/// The place of a word; `None` when it is not one that was given to somebody who sees the same.
pub(crate) fn read(tag: &str, word: &str) -> Option<Heads> {
    let rest = word.strip_prefix(tag)?.strip_prefix(MARK)?;
    let mut heads = Heads::default();
    for (number, position) in rest.split(MARK).enumerate() {
        let stream = Stream::of(number)?;
        if !position.is_empty() {
            heads.raise(stream, position.parse().ok().filter(|position| *position > 0)?);
        }
    }
    Some(heads)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use switchboard_domain::{
        ids::{AccountId, TeamId, UserId},
        shard::ConversationShard,
    };

    use super::*;

    fn heads(positions: &[(usize, i64)]) -> Heads {
        let mut heads = Heads::default();
        for (number, position) in positions {
            heads.raise(Stream::of(*number).unwrap(), *position);
        }
        heads
    }

    fn of(accounts: &[&str]) -> Eyes {
        let accounts: BTreeSet<_> = accounts.iter().map(|name| AccountId::derive(name)).collect();
        let teams = BTreeSet::from([TeamId::derive("team")]);
        Eyes::Own { agent: UserId::derive("ann"), teams, accounts }
    }

    #[test]
    fn a_word_says_what_was_written() {
        let tag = tag(WorkspaceId::derive("shop"), &Eyes::All);
        for positions in [&[][..], &[(0, 4)], &[(0, 4), (3, 1)], &[(32, 9_000_000)]] {
            let heads = heads(positions);
            assert_eq!(read(&tag, &write(&tag, &heads)), Some(heads));
        }
    }

    #[test]
    fn words_of_others_and_no_words_are_none() {
        let workspace = WorkspaceId::derive("shop");
        let all = [
            tag(workspace, &Eyes::All),
            tag(WorkspaceId::derive("other"), &Eyes::All),
            tag(workspace, &of(&[])),
            tag(workspace, &of(&["page"])),
            tag(workspace, &of(&["page", "number"])),
        ];
        for (at, mine) in all.iter().enumerate() {
            let word = write(mine, &heads(&[(1, 7)]));
            for (other, tag) in all.iter().enumerate() {
                assert_eq!(read(tag, &word).is_some(), at == other);
            }
        }
        let mine = &all[0];
        for rest in ["", "7", ".x", ".-7", ".0", ".99999999999999999999", &".1".repeat(40)] {
            assert_eq!(read(mine, &format!("{mine}{rest}")), None, "{rest}");
        }
        assert_eq!(read(mine, "something else"), None);
    }

    #[test]
    fn all_shards_are_a_short_word() {
        let all: Vec<(usize, i64)> =
            (0..=ConversationShard::all().count()).map(|number| (number, 1_000_000)).collect();
        assert!(write(&tag(WorkspaceId::derive("shop"), &Eyes::All), &heads(&all)).len() < 300);
    }
}
