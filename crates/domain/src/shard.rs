//! Which shard a conversation and a channel account belong to.
//!
//! The numbers of shards and the hash are part of the data at rest: changing either moves
//! conversations between queues, which needs a drained system and a new topology version.

/// How many shards the conversations are spread over.
pub const CONVERSATION_SHARDS: u16 = 32;

/// How many shards the channel accounts' sends are spread over.
pub const ACCOUNT_SHARDS: u16 = 16;

/// A shard of conversations, the `NN` of `inbound.NN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationShard(u16);

/// A shard of channel accounts, the `NN` of `outbound.NN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountShard(u16);

macro_rules! shard {
    ($name:ident, $count:ident) => {
        impl $name {
            /// The shard that a key always falls into.
            #[must_use]
            pub fn of(key: &str) -> Self {
                let remainder = fnv1a(key.as_bytes()) % u64::from($count);
                Self(u16::try_from(remainder).unwrap_or_default())
            }

            /// The shard of that number, if there is one.
            #[must_use]
            pub fn new(number: u16) -> Option<Self> {
                (number < $count).then_some(Self(number))
            }

            /// From 0.
            #[must_use]
            pub fn number(self) -> u16 {
                self.0
            }

            /// Every shard.
            pub fn all() -> impl Iterator<Item = Self> {
                (0..$count).map(Self)
            }
        }
    };
}

shard!(ConversationShard, CONVERSATION_SHARDS);
shard!(AccountShard, ACCOUNT_SHARDS);

/// FNV-1a, 64 bits, finished by a multiply-xorshift so that short keys spread evenly.
/// (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>)
fn fnv1a(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes() {
        // Frozen: these are where live conversations are. A change here is a data migration.
        let shards: Vec<u16> = ["", "messenger:1:2", "whatsapp:106540352242922:16505551234"]
            .iter()
            .map(|key| ConversationShard::of(key).number())
            .collect();
        insta::assert_debug_snapshot!(shards);
    }

    #[test]
    fn keys_spread_evenly() {
        let mut counts = [0_u32; 32];
        for number in 0..32_000 {
            let shard = ConversationShard::of(&format!("messenger:page:{number}"));
            counts[usize::from(shard.number())] += 1;
        }
        assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
    }
}
