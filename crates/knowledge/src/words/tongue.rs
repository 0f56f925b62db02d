//! Languages with spaces between words: which one a text is in, the stems of its words (Snowball), and
//! the words that say nothing by themselves (NLTK's lists).

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use frostem::{Algorithm, Stemmer};
use whatlang::{Detector, Lang, Script};

use super::script::{fold, normal, runs};

/// A language that is known well enough to stem its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tongue(Lang);

/// Each with its stemmer and the code of its list of words.
const TONGUES: [(Lang, Algorithm, &str); 21] = [
    (Lang::Ara, Algorithm::Arabic, "ar"),
    (Lang::Ces, Algorithm::Czech, "cs"),
    (Lang::Dan, Algorithm::Danish, "da"),
    (Lang::Deu, Algorithm::German, "de"),
    (Lang::Ell, Algorithm::Greek, "el"),
    (Lang::Eng, Algorithm::English, "en"),
    (Lang::Fin, Algorithm::Finnish, "fi"),
    (Lang::Fra, Algorithm::French, "fr"),
    (Lang::Hin, Algorithm::Hindi, "hi"),
    (Lang::Hun, Algorithm::Hungarian, "hu"),
    (Lang::Ind, Algorithm::Indonesian, "id"),
    (Lang::Ita, Algorithm::Italian, "it"),
    (Lang::Nld, Algorithm::Dutch, "nl"),
    (Lang::Nob, Algorithm::Norwegian, "no"),
    (Lang::Pol, Algorithm::Polish, "pl"),
    (Lang::Por, Algorithm::Portuguese, "pt"),
    (Lang::Ron, Algorithm::Romanian, "ro"),
    (Lang::Rus, Algorithm::Russian, "ru"),
    (Lang::Spa, Algorithm::Spanish, "es"),
    (Lang::Swe, Algorithm::Swedish, "sv"),
    (Lang::Tur, Algorithm::Turkish, "tr"),
];

/// Told apart, so that it is not taken for one of these. (What has the letters of one of these is
/// stemmed like it, question and document alike.)
const OTHER: Lang = Lang::Vie;

/// How much of a text is looked at to tell its language, in characters.
const LOOKED_AT: usize = 4_000;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    let known = TONGUES.iter().map(|row| row.0).chain([OTHER]);
    Detector::with_allowlist(known.collect())
});

/// The words that say nothing by themselves, without accents.
static STOPS: LazyLock<HashMap<Lang, HashSet<String>>> = LazyLock::new(|| {
    let stops = |code| stop_words::lookup(code).unwrap_or_default();
    let plain = |word: &&str| {
        runs(&normal(word)).into_iter().map(|run| fold(&run.word())).collect::<Vec<_>>()
    };
    let of = |row: &(Lang, Algorithm, &'static str)| {
        (row.0, stops(row.2).iter().flat_map(plain).collect())
    };
    TONGUES.iter().map(of).collect()
});

impl Tongue {
    pub(crate) const ENGLISH: Self = Self(Lang::Eng);

    /// The language of a text, if there is enough of it to tell, and it is one that we know.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let looked_at: String = text.chars().take(LOOKED_AT).collect();
        let info = DETECTOR.detect(&looked_at)?;
        let known = TONGUES.iter().any(|row| row.0 == info.lang());
        // Few words tell who else writes in Latin letters; other letters tell by themselves.
        let told = info.is_reliable() || info.script() != Script::Latin;
        (known && told).then_some(Self(info.lang()))
    }

    /// The stem of a word in lower case.
    pub(super) fn stem(self, word: &str) -> String {
        let row = TONGUES.iter().find(|row| row.0 == self.0);
        row.map_or(Cow::Borrowed(word), |row| Stemmer::new(row.1).stem(word)).into_owned()
    }

    /// Whether a word without accents says nothing by itself.
    pub(super) fn is_stop(self, word: &str) -> bool {
        STOPS.get(&self.0).is_some_and(|stops| stops.contains(word))
    }
}
