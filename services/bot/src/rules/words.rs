//! Finding words in what people write: in any case, whole, and in scripts that put no spaces
//! between words.

/// Text in which words can be found: lower case, one space where there were several, full-width
/// letters and curly apostrophes made plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let lower: String = text.chars().map(plain).flat_map(char::to_lowercase).collect();
        Self(lower.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the keyword stands in the text as whole words. Where the script has no spaces, a
    /// word may begin and end anywhere.
    pub(super) fn contain(&self, keyword: &Words) -> bool {
        let (text, keyword) = (self.0.as_str(), keyword.0.as_str());
        let mut begin = 0;
        while let Some(at) = text.get(begin..).and_then(|rest| rest.find(keyword)) {
            let (before, rest) = text.split_at(begin + at);
            let after = rest.strip_prefix(keyword).unwrap_or_default();
            let parted_before = parted(before.chars().next_back(), keyword.chars().next());
            if parted_before && parted(keyword.chars().next_back(), after.chars().next()) {
                return true;
            }
            begin += at + rest.chars().next().map_or(1, char::len_utf8);
        }
        false
    }
}

/// Whether a word may end between the two.
fn parted(left: Option<char>, right: Option<char>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
    !(joins(left) && joins(right))
}

/// Letters of scripts that write words without spaces between (Chinese, Japanese, Thai, Lao,
/// Tibetan, Burmese, Khmer), or glue particles to them (Korean). (Unicode blocks)
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x109F
        | 0x1100..=0x11FF
        | 0x1780..=0x17FF
        | 0x3005..=0x3007
        | 0x3040..=0x31FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7AF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F
        | 0x2_0000..=0x3_FFFF)
}

fn plain(c: char) -> char {
    match u32::from(c) {
        // Full-width forms of ASCII, as Japanese keyboards write them.
        full @ 0xFF01..=0xFF5E => char::from_u32(full - 0xFEE0).unwrap_or(c),
        0x2018 | 0x2019 => '\'',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(keyword: &str, text: &str) -> bool {
        Words::of(text).contain(&Words::of(keyword))
    }

    #[test]
    fn whole_words_in_any_case() {
        assert!(found("hi", "Hi!"));
        assert!(found("HI", "well, hi there"));
        assert!(!found("hi", "this"));
        assert!(!found("hi", "hire"));
        assert!(!found("24", "2024"));
        assert!(found("C++", "do you teach c++?"));
        assert!(found("straße", "STRAßE 5"));
        assert!(found("привет", "Привет, мир"));
        assert!(!found("привет", "приветствие"));
    }

    #[test]
    fn several_words_with_any_space_between() {
        assert!(found("opening hours", "your  Opening\nhours?"));
        assert!(!found("opening hours", "opening the hours"));
        assert!(found("what's up", "What’s up"));
    }

    #[test]
    fn scripts_without_spaces() {
        assert!(found("你好", "老师你好吗"));
        assert!(found("営業時間", "今日の営業時間は？"));
        assert!(found("ราคา", "ขอราคาหน่อย"));
        assert!(found("주문", "주문은 어디에"));
        assert!(found("wifi", "有wifi吗"));
        assert!(!found("wifi", "有wifis吗"));
        assert!(found("hello", "ＨＥＬＬＯ"));
    }

    #[test]
    fn a_later_place_counts_when_an_earlier_one_is_no_word() {
        assert!(found("na na", "bana na na"));
        assert!(found("hi", "this is hi"));
        assert!(!found("é", "éé"));
    }
}
