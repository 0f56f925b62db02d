//! Text in one form, parted into runs of one script.

use unicode_normalization::UnicodeNormalization;

/// How a script writes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// With spaces between, or as numbers.
    Spaced,
    /// Chinese signs, also in Japanese and Korean.
    Han,
    /// Japanese, mostly endings and particles.
    Hiragana,
    /// Japanese, mostly words from elsewhere.
    Katakana,
    /// Korean: particles are glued to words.
    Hangul,
    /// Letters, and no spaces: Thai, Lao, Khmer, Burmese, Tibetan.
    Linked,
}

impl Script {
    /// How many letters make a sequence that seldom comes about by chance.
    pub(super) fn reach(self) -> usize {
        match self {
            Script::Spaced => 1,
            Script::Han | Script::Hiragana | Script::Hangul => 2,
            Script::Katakana | Script::Linked => 3,
        }
    }

    /// Whether one letter can be a word.
    pub(super) fn has_letters_that_are_words(self) -> bool {
        matches!(self, Script::Han | Script::Hangul)
    }

    /// Of a letter; nothing for what parts words. (Unicode blocks)
    fn of(c: char) -> Option<Self> {
        let script = match u32::from(c) {
            0x0E00..=0x0EFF | 0x0F00..=0x0FFF | 0x1000..=0x109F | 0x1780..=0x17FF => Script::Linked,
            0x3005..=0x3007
            | 0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x2_0000..=0x3_FFFF => Script::Han,
            0x3041..=0x309F => Script::Hiragana,
            0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF => Script::Katakana,
            0x1100..=0x11FF | 0x3131..=0x318E | 0xAC00..=0xD7AF => Script::Hangul,
            _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => {
                Script::Spaced
            }
            _ => return None,
        };
        // Signs of these blocks that are no letters part words too.
        let is_part = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        is_part.then_some(script)
    }
}

/// Letters of one script with nothing between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) script: Script,
    pub(super) letters: Vec<char>,
    /// Where it begins in its text.
    pub(super) at: usize,
}

impl Run {
    pub(super) fn word(&self) -> String {
        self.letters.iter().collect()
    }

    /// All sequences of so many letters; the run itself when it is shorter.
    pub(super) fn sequences(&self, reach: usize) -> Vec<String> {
        if self.letters.len() <= reach {
            return vec![self.word()];
        }
        self.letters.windows(reach).map(|letters| letters.iter().collect()).collect()
    }
}

/// A text in lower case and in one form. (Unicode NFKC)
pub(super) fn normal(text: &str) -> Vec<char> {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// The runs of a text in that form.
pub(super) fn runs(letters: &[char]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut joined = false;
    let next = letters.iter().skip(1).map(Some).chain([None]);
    for (at, (c, next)) in letters.iter().zip(next).enumerate() {
        let last = runs.last_mut();
        match (Script::of(*c), last) {
            (Some(script), Some(run)) if joined && run.script == script => run.letters.push(*c),
            (Some(script), _) => {
                runs.push(Run { script, letters: vec![*c], at });
                joined = true;
            }
            // 9.30 and 1,000 are one number.
            (None, Some(run)) if joined && is_within_number(run, *c, next) => run.letters.push('.'),
            (None, _) => joined = false,
        }
    }
    runs
}

fn is_within_number(run: &Run, c: char, next: Option<&char>) -> bool {
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    matches!(c, '.' | ',' | ':') && digit(run.letters.last()) && digit(next)
}

/// Without accents, vowel points and the like, and with one form of each Arabic letter; people leave
/// them out.
pub(super) fn fold(word: &str) -> String {
    let kept = word.nfd().filter(|c| {
        !matches!(u32::from(*c),
            0x0300..=0x036F | 0x0591..=0x05C7 | 0x0640 | 0x064B..=0x065F | 0x0670)
    });
    let plain = kept.map(|c| match c {
        'ى' => 'ي',
        'ة' => 'ه',
        'ß' => 's',
        'đ' | 'ð' => 'd',
        'ł' => 'l',
        'ø' => 'o',
        'ı' => 'i',
        other => other,
    });
    plain.nfc().collect()
}

/// Adds text of the next line: with a space, where the script has them.
pub(crate) fn glue(text: &mut String, more: &str) {
    let unspaced = |c: Option<char>| {
        let wide = |c: char| matches!(u32::from(c), 0x3000..=0x303F | 0xFF00..=0xFF65);
        c.is_some_and(|c| {
            wide(c)
                || Script::of(c).is_some_and(|it| !matches!(it, Script::Spaced | Script::Hangul))
        })
    };
    let before = text.chars().next_back();
    if before.is_some_and(|c| !c.is_whitespace())
        && !(unspaced(before) && (more.is_empty() || unspaced(more.chars().next())))
    {
        text.push(' ');
    }
}
