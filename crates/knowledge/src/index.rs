//! All that a bot was taught, in memory: tantivy finds and orders the passages that have something of
//! a question, by BM25; [`mod@crate::confidence`] says how good they are.

use std::{collections::HashSet, sync::Arc};

use tantivy::{
    DocAddress, IndexReader, Searcher, TantivyDocument, TantivyError, Term,
    collector::TopDocs,
    directory::RamDirectory,
    query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery},
    schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token},
};

use crate::{
    Passage,
    confidence::{Having, Weighed, confidence},
    outline::{ends_of_sentences, is_question},
    words::{self, Tongue, Unit},
};

/// Memory for building, in bytes; tantivy takes no less.
const MEMORY: usize = 16 * 1024 * 1024;

/// How much of a question is read, in characters; customers seldom write a novel.
const LONGEST: usize = 2_000;

/// So many of its terms are looked for.
const MOST_TERMS: usize = 200;

/// So many passages are looked at closely.
const CANDIDATES: usize = 50;

/// What a term in a pair's question or in a heading counts beside one in the text.
const TITLE: f32 = 2.0;

/// As if there were so many more passages: of three, none is rare.
const SMOOTH: f64 = 20.0;

/// From so many characters on a passage may tell its language by itself.
const TELLING: usize = 40;

/// The index cannot be built or read: a bug here, or memory is short.
#[derive(Debug, thiserror::Error)]
#[error("the index of documents failed: {0}")]
pub struct IndexError(#[from] TantivyError);

/// All that a bot was taught.
pub struct Index {
    entries: Vec<Entry>,
    tongues: Vec<Tongue>,
    reader: IndexReader,
    fields: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    /// Questions and headings.
    title: Field,
    /// These and the text.
    all: Field,
}

struct Entry {
    document: Arc<str>,
    passage: Passage,
    tongue: Option<Tongue>,
}

/// A passage that may answer a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The document's name.
    pub document: String,
    /// The passage.
    pub passage: Passage,
    /// How sure it is that it answers, from 0 to 1: the share of the question that it has.
    pub confidence: f64,
}

impl Found {
    /// Where it is, for people.
    #[must_use]
    pub fn source(&self) -> String {
        match self.passage.place() {
            Some(place) => format!("{}, {place}", self.document),
            None => self.document.clone(),
        }
    }

    /// How sure it is in whole hundredths, none too many.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let reached = |percent: &u8| f64::from(*percent) <= self.confidence * 100.0;
        (0..=100).rev().find(reached).unwrap_or_default()
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("passages", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Index {
    /// Builds it of documents, each with its name. Blocks.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn build(documents: Vec<(String, Vec<Passage>)>) -> Result<Self, IndexError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let title = schema.add_text_field("title", options.clone());
        let all = schema.add_text_field("all", options);
        let fields = Fields { title, all };
        let builder = tantivy::Index::builder().schema(schema.build());
        let mut writer = builder
            .single_segment_index_writer::<TantivyDocument>(RamDirectory::create(), MEMORY)?;
        let entries: Vec<Entry> = documents.into_iter().flat_map(entries).collect();
        for entry in &entries {
            writer.add_document(entry.as_document(fields))?;
        }
        let reader = writer.finalize()?.reader()?;
        let mut tongues: Vec<Tongue> = Vec::new();
        for tongue in entries.iter().filter_map(|entry| entry.tongue) {
            if !tongues.contains(&tongue) {
                tongues.push(tongue);
            }
        }
        Ok(Self { entries, tongues, reader, fields })
    }

    /// How many passages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was taught.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether a question says something by itself; greetings do not.
    #[must_use]
    pub fn has_content(&self, question: &str) -> bool {
        words::units(&beginning(question), &self.tongues).iter().any(|unit| unit.has_content)
    }

    /// The passages that answer a question best, the surest first. Where a message holds more than
    /// its question, the sentences that ask are tried alone too.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn search(&self, question: &str, most: usize) -> Result<Vec<Found>, IndexError> {
        let question = beginning(question);
        let mut best: Vec<Found> = Vec::new();
        for reading in readings(&question) {
            let found = self.search_one(reading, most)?;
            let sure = |found: &[Found]| found.first().map_or(0.0, |it| it.confidence);
            if sure(&found) > sure(&best) {
                best = found;
            }
        }
        Ok(best)
    }

    fn search_one(&self, question: &str, most: usize) -> Result<Vec<Found>, IndexError> {
        let searcher = self.reader.searcher();
        let question = self.weighed(&searcher, words::units(question, &self.tongues))?;
        let best = TopDocs::with_limit(CANDIDATES).order_by_score();
        let hits = searcher.search(&self.query(&question), &best)?;
        let mut found = Vec::new();
        for (score, DocAddress { doc_id, .. }) in hits {
            let entry = usize::try_from(doc_id).ok().and_then(|at| self.entries.get(at));
            let Some(entry) = entry else { continue };
            let having = self.having(&searcher, entry)?;
            found.push((confidence(&question, &having), score, entry));
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.total_cmp(&one.1)));
        let found = found.into_iter().take(most).filter(|(confidence, ..)| *confidence > 0.0);
        Ok(found.map(|(confidence, _, entry)| entry.found(confidence)).collect())
    }

    /// What each unit weighs: how rare it is, times its role. What nobody wrote is as rare as what
    /// one passage has.
    fn weighed(&self, searcher: &Searcher, units: Vec<Unit>) -> Result<Vec<Weighed>, IndexError> {
        let count = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let all = count(searcher.num_docs()) + SMOOTH;
        let mut weighed = Vec::with_capacity(units.len());
        for unit in units {
            let mut having = 1;
            for term in &unit.terms {
                let term = Term::from_field_text(self.fields.all, term);
                having = having.max(searcher.doc_freq(&term)?);
            }
            let having = count(having);
            let rare = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
            let weight = rare * unit.role;
            weighed.push((unit, weight));
        }
        Ok(weighed)
    }

    fn query(&self, question: &[Weighed]) -> BooleanQuery {
        let mut known = HashSet::new();
        let terms = question.iter().flat_map(|(unit, _)| unit.terms.iter());
        let terms = terms.filter(|term| known.insert(term.as_str())).take(MOST_TERMS);
        let clauses = terms.flat_map(|term| {
            let of = |field| -> Box<dyn Query> {
                let term = Term::from_field_text(field, term);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            };
            let title = Box::new(BoostQuery::new(of(self.fields.title), TITLE));
            [(Occur::Should, of(self.fields.all)), (Occur::Should, title)]
        });
        BooleanQuery::new(clauses.collect())
    }

    fn having(&self, searcher: &Searcher, entry: &Entry) -> Result<Having, IndexError> {
        let terms = |text: &str| words::terms(text, entry.tongue).into_iter();
        let mut asked = Vec::new();
        for way in &entry.passage.questions {
            let units = words::units(way, entry.tongue.as_slice());
            asked.push((terms(way).collect(), self.weighed(searcher, units)?));
        }
        let all = entry.title().chain([entry.passage.text.as_str()]).flat_map(terms).collect();
        Ok(Having { terms: all, asked })
    }
}

impl Entry {
    fn title(&self) -> impl Iterator<Item = &str> {
        self.passage.questions.iter().chain(&self.passage.headings).map(String::as_str)
    }

    fn as_document(&self, fields: Fields) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        for text in self.title() {
            document.add_pre_tokenized_text(fields.title, tokenized(text, self.tongue));
            document.add_pre_tokenized_text(fields.all, tokenized(text, self.tongue));
        }
        document.add_pre_tokenized_text(fields.all, tokenized(&self.passage.text, self.tongue));
        document
    }

    fn found(&self, confidence: f64) -> Found {
        let document = self.document.to_string();
        Found { document, passage: self.passage.clone(), confidence }
    }
}

fn entries((name, passages): (String, Vec<Passage>)) -> Vec<Entry> {
    let words: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
    let of_document = Tongue::of(&words.join("\n"));
    let document: Arc<str> = name.into();
    let entry = |passage: Passage| {
        let words = format!("{} {}", passage.questions.join(" "), passage.text);
        let telling = words.chars().nth(TELLING).is_some();
        let own = if telling { Tongue::of(&words) } else { None };
        Entry { document: Arc::clone(&document), passage, tongue: own.or(of_document) }
    };
    passages.into_iter().map(entry).collect()
}

fn tokenized(text: &str, tongue: Option<Tongue>) -> PreTokenizedString {
    let terms = words::terms(text, tongue).into_iter().enumerate();
    let token = |(position, text)| Token { position, text, ..Token::default() };
    PreTokenizedString { text: String::new(), tokens: terms.map(token).collect() }
}

fn beginning(question: &str) -> String {
    question.chars().take(LONGEST).collect()
}

/// A message as a whole, and each of its sentences that asks.
fn readings(message: &str) -> impl Iterator<Item = &str> {
    let mut begin = 0;
    let sentences = ends_of_sentences(message).chain([message.len()]).map(move |end| {
        let sentence = message.get(begin..end).unwrap_or_default();
        begin = end;
        sentence
    });
    let asking = sentences.filter(move |it| is_question(it) && it.trim() != message.trim());
    [message].into_iter().chain(asking)
}
